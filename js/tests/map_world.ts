/** Concept map for tests, over a kernel whose answers the test gives. */

import { ConceptMap } from "../src/concept_map/state/state";
import type { EncodingResult, MapResult } from "../src/generated/protocol";
import type { ConceptMapTraits } from "../src/generated/traits";
import type { Reply } from "../src/kernel/types";
import { FakeModel } from "./fake_model";
import { offBeat, PatientKernel, settled } from "./patient_kernel";

export interface MapReplyOptions {
  layers?: Record<string, number>;
  signed?: boolean;
  kinds?: number[];
  wideKinds?: number[];
  bounds?: MapResult["bounds"];
  changes?: Partial<MapResult>;
}

export function mapReply(xy: number[], options: MapReplyOptions = {}): Reply<MapResult> {
  const n = xy.length / 2;
  let start = 0;
  const layers = Object.entries(options.layers ?? { bn2: n }).map(([name, count]) => {
    start += count;
    return { name, start: start - count, count, signed: options.signed ?? false };
  });
  const kinds = options.wideKinds ?? options.kinds ?? new Array<number>(n).fill(255);
  const category = options.wideKinds ? Uint16Array.from(kinds) : Uint8Array.from(kinds);
  const result: MapResult = {
    n,
    bounds: options.bounds ?? [0, 0, 1, 1],
    layers,
    method: "umap",
    final: true,
    clusters: [{ label: "bird", x: 0.5, y: 0.5, size: 2, sample: 3 }],
    ...options.changes,
  };
  return { result, buffers: [column(Uint16Array.from(xy)), column(category)] };
}

export function encodingReply(
  values: number[],
  changes: Partial<EncodingResult> = {},
): Reply<EncodingResult> {
  const result: EncodingResult = {
    kind: "diverging",
    min: Math.min(...values),
    max: Math.max(...values),
    legend: [],
    weak: false,
    message: "",
    ...changes,
  };
  return { result, buffers: [column(Float32Array.from(values))] };
}

function column(values: Uint16Array | Uint8Array | Float32Array): DataView {
  return offBeat(new Uint8Array(values.buffer));
}

export function traits(changes: Partial<ConceptMapTraits> = {}): ConceptMapTraits {
  return {
    camera: [0.5, 0.5, 1],
    attributed: 0,
    caveat: "",
    class_name: "",
    requirements: [],
    threshold: 2.75,
    encoding: "alignment",
    examples_as: "frame",
    examples_choices: ["frame"],
    foundation_model: "ConSE",
    height: 640,
    layer: "bn2",
    layers: [
      { name: "bn2", n_components: 4 },
      { name: "fc", n_components: 2 },
    ],
    linked: ["class", "hover", "layer", "query", "selection"],
    method: "umap",
    query: "",
    query_image: "",
    revision: 0,
    selection: [],
    ...changes,
  };
}

export const FOUR = [1000, 1000, 60_000, 1000, 1000, 60_000, 60_000, 60_000];

/** A map of four points, or others, whose positions have come. */
export async function world(
  changes: Partial<ConceptMapTraits> = {},
  reply: MapReplyOptions = {},
  xy: number[] = FOUR,
) {
  const kernel = new PatientKernel();
  const model = new FakeModel(traits(changes));
  const life = new AbortController();
  const schedule = (callback: () => void) => queueMicrotask(callback);
  const map = new ConceptMap({ kernel, model, signal: life.signal, schedule });
  map.sight.size.value = { width: 900, height: 540 };
  await settled();
  kernel.last("map").answer(mapReply(xy, reply));
  await settled();
  return { kernel, model, life, map };
}
