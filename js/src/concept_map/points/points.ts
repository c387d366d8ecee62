/** Points of one map, decoded from one answer of the kernel. */

import type { ClusterInfo, LayerPoints, MapResult, Method, ProbeParams } from "../../generated/protocol";
import type { ConceptMapTraits } from "../../generated/traits";
import { bytes } from "../../kernel/columns";
import type { Neuron } from "../../kernel/link";
import type { Reply } from "../../kernel/types";
import { componentName, componentNamed } from "../../neurons/component_name";
import { count, percent } from "../../ui/format";
import type { SignalsOf } from "../../ui/state/synced";
import { PointGrid } from "./point_grid";
import {
  type MapSpace,
  mapSpace,
  NOWHERE,
  type Point,
  STEPS,
  stepsToUnits,
  toUnits,
  unitsToSteps,
} from "./space";

export interface Cluster extends ClusterInfo {
  /** The name, or "around bn2:12" without one. */
  label: string;
  /** Centre, in map units. */
  at: Point;
  /** Vertical spread around the centre, in map units. */
  reach: number;
}

/** Points are numbered 0 to n - 1: layer after layer, in the order of the components. */
export interface Points {
  n: number;
  layers: LayerPoints[];
  method: Method;
  space: MapSpace;
  /** x and y by point, in steps. */
  xy: Uint16Array;
  /** Place in `clusters` by point; `NO_KIND` for none. */
  cluster: Uint16Array;
  clusters: Cluster[];
  grid: PointGrid;
  /** Drawing order: every prefix of it is a fair sample of all points. */
  order: Uint32Array;
  /** Changes since the points that were shown before. */
  change?: Change;
}

export interface Change {
  /** The point of the map before at which a point starts, by point; -1 for its own place. */
  origin: Int32Array;
  /** `ARRIVING` or `LEAVING`, by point. */
  states: Uint8Array;
}

/** Bits of a point's state: drawn as a ring, fading in, and fading to what is left of it, while the map morphs. */
export const HOLLOW = 8;
export const ARRIVING = 16;
export const LEAVING = 32;

export const NO_KIND = 65535;

export function decodePoints({ result, buffers }: Reply<MapResult>): Points {
  const space = mapSpace(result.bounds);
  const xy = new Uint16Array(bytes(buffers[0]));
  const cluster = kinds(bytes(buffers[1]), result.n);
  const middles = result.clusters.map(({ x, y }) => unitsToSteps(space, toUnits(space, [x, y]))[1]);
  const reaches = spreads(xy, cluster, middles).map((steps) => (1.5 * steps * space.sy) / STEPS);
  return {
    n: result.n,
    layers: result.layers,
    method: result.method,
    space,
    xy,
    cluster,
    clusters: result.clusters.map((cluster, kind) => ({
      ...cluster,
      name: nameText(cluster),
      label: cluster.name === "" ? `around ${cluster.central}` : nameText(cluster),
      at: toUnits(space, [cluster.x, cluster.y]),
      reach: reaches[kind] ?? 0,
    })),
    grid: new PointGrid(xy, space),
    order: drawingOrder(result.n),
  };
}

/** Returns the name, with the next best where the members prefer neither. */
function nameText({ name, runner_up, is_close }: ClusterInfo): string {
  return is_close ? `${name} or ${runner_up}` : name;
}

/** Returns, for example, "92 % of 167": the members that agree with the name. */
export function agreementText({ agreement, size }: ClusterInfo): string {
  return agreement === null ? count(size) : `${percent(agreement)} of ${count(size)}`;
}

/** Vertical spread of each kind: root mean square distance from its centre. */
function spreads(xy: Uint16Array, kind: Uint16Array, middles: number[]): number[] {
  const squares = new Float64Array(middles.length);
  const counts = new Uint32Array(middles.length);
  for (let point = 0; point < kind.length; point++) {
    const own = kind[point] as number;
    const middle = middles[own];
    if (middle === undefined || xy[2 * point] === NOWHERE) continue;
    squares[own] = (squares[own] as number) + ((xy[2 * point + 1] as number) - middle) ** 2;
    counts[own] = (counts[own] as number) + 1;
  }
  return middles.map((_, own) => Math.sqrt((squares[own] ?? 0) / Math.max(1, counts[own] ?? 0)));
}

/** One or two bytes per point; with one, 255 is none. */
function kinds(column: ArrayBuffer, n: number): Uint16Array {
  if (column.byteLength !== n) return new Uint16Array(column);
  const result = new Uint16Array(new Uint8Array(column));
  for (let point = 0; point < n; point++) if (result[point] === 255) result[point] = NO_KIND;
  return result;
}

/**
 * Returns every number below n once, in steps of about n / the golden ratio: every prefix is spread evenly over all
 * numbers, and so over layers and everything else that neighbouring numbers share.
 */
export function drawingOrder(n: number): Uint32Array {
  let step = Math.max(1, Math.round(n / 1.618033988749895));
  while (commonDivisor(step, n) > 1) step += 1;
  const order = new Uint32Array(n);
  let number = 0;
  for (let place = 0; place < n; place++) {
    order[place] = number;
    number += step;
    if (number >= n) number -= n;
  }
  return order;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Returns the parameters that identify these positions to the kernel. */
export function layoutParams(
  points: Points,
  wanted: Method,
): Pick<ProbeParams, "layers" | "method" | "have"> {
  return { layers: points.layers.map(({ name }) => name), method: wanted, have: points.method };
}

/** Returns whether both maps have the same components at the same positions; their clusters may differ. */
export function samePlaces(a: Points, b: Points): boolean {
  return (
    a.n === b.n &&
    JSON.stringify(a.space) === JSON.stringify(b.space) &&
    a.xy.every((step, i) => step === b.xy[i])
  );
}

/** Returns the position of a point in map units. */
export function placeOf(points: Points, point: number): Point {
  return stepsToUnits(points.space, [points.xy[2 * point] ?? 0, points.xy[2 * point + 1] ?? 0]);
}

export function hasPlace(points: Points, point: number): boolean {
  return points.xy[2 * point] !== NOWHERE;
}

export function neuronOf(points: Points, point: number): Neuron {
  const layer = layerOf(points, point);
  return layer === undefined
    ? { layer: "", component: point }
    : { layer: layer.name, component: point - layer.start };
}

/** Returns the point of a neuron; null when it is not on this map. */
export function pointOf(points: Points, { layer, component }: Neuron): number | null {
  const own = points.layers.find(({ name }) => name === layer);
  return own === undefined || component >= own.count ? null : own.start + component;
}

/** Returns the point named, for example, "bn2:12"; null when it is not on this map. */
export function pointNamed(points: Points, name: string): number | null {
  const layer = points.layers.find((known) => name.startsWith(`${known.name}:`));
  const component = layer === undefined ? null : componentNamed(name, layer.name, layer.count, layer.signed);
  return layer === undefined || component === null ? null : layer.start + component;
}

export function nameOf(points: Points, point: number): string {
  const own = layerOf(points, point);
  return own === undefined ? `:${point}` : componentName(own.name, point - own.start, own.count, own.signed);
}

function layerOf(points: Points, point: number): LayerPoints | undefined {
  return points.layers.find(({ start, count }) => point >= start && point < start + count);
}

/** Returns the names of the layers on the map: all of them where the trait `layer` is empty. */
export function layersOnMap({
  layer,
  layers,
}: Pick<SignalsOf<ConceptMapTraits>, "layer" | "layers">): string[] {
  return layer.value === "" ? layers.value.map(({ name }) => name) : [layer.value];
}
