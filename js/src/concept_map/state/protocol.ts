/** What the map and the kernel say to each other; Python's side of it is `widgets/concept_map.py`. */

import type { ConceptMapTraits, LayerInfo } from "../../generated/traits";

/**
 * The synced traits, small by design: everything else is asked for. `layer` "" shows all layers on one map; `camera` is
 * x, y (0 to 1 along the longer side of the map) and zoom (1 where all fits); `encoding` "alignment" without a query falls
 * back to "cluster", and "layer", which layer a point is of, is answered by the browser itself.
 */
export type { ConceptMapTraits, LayerInfo };
export type EncodingName = ConceptMapTraits["encoding"];
export type Method = ConceptMapTraits["method"];

/** Params of `map`. */
export interface MapParams extends Record<string, unknown> {
  layers: string[];
  method: Method;
}

/** Params of `map_update`, which is answered as `map` is, but only once there is a better layout. */
export interface MapUpdateParams extends MapParams {
  /** The method of the positions that the browser has. */
  have: Method;
}

/** The points of one layer: `count` of them from place `start`, in the order of its components. */
export interface LayerPoints {
  name: string;
  start: number;
  count: number;
  /** The later half of them are the negative halves of the former. */
  signed: boolean;
}

export interface ClusterInfo {
  label: string;
  /** Where its name belongs, in the coordinates of `bounds`. */
  x: number;
  y: number;
  size: number;
  /** The row of a sample that shows it; null where there is none. */
  sample: number | null;
}

/**
 * Answer to `map`. With it two columns, by place: positions (Uint16 x and y, 0 to 65534 from one bound to the other;
 * x = 65535 is a component without a place), and the place of its cluster in `clusters` (Uint8 up to 254 clusters, else
 * Uint16; the highest number is none).
 */
export interface MapResult {
  n: number;
  bounds: [x0: number, y0: number, x1: number, y1: number];
  layers: LayerPoints[];
  method: Method;
  /** False while a better layout is being computed: ask for it with `map_update`. */
  final: boolean;
  clusters: ClusterInfo[];
}

export interface LegendEntry {
  label: string;
  count: number;
}

/** Params of `encoding`. */
export interface EncodingParams extends Record<string, unknown> {
  layers: string[];
  encoding: EncodingName;
  query: string;
  query_image: string;
}

/**
 * Answer to `encoding`. With it one column by place: numbers (Float32, NaN where there is none), or for "category" the
 * place in `legend` (Uint16, 65535 is none).
 */
export interface EncodingResult {
  kind: "sequential" | "diverging" | "category";
  min: number | null;
  max: number | null;
  legend: LegendEntry[];
  /** About a query: the best neuron answers no better than to unrelated words, and why that is said. */
  weak: boolean;
  message: string;
}

/** Which positions a request is about: the wanted method, and the one whose positions the browser shows. */
export interface ShownLayout extends Record<string, unknown> {
  layers: string[];
  method: Method;
  have: Method;
}

/** Params of `probe`. */
export interface ProbeParams extends ShownLayout {
  query: string;
  query_image: string;
}

/** Answer to `probe`: where the query would lie; null where the layout cannot say. */
export interface ProbeResult {
  x: number | null;
  y: number | null;
}
