/** Concept map for tests, over a kernel whose answers the test gives. */

import { ConceptMap } from "../src/concept_map/state/state";
import type { ClusterInfo, EncodingResult, MapResult } from "../src/generated/protocol";
import type { ConceptMapTraits } from "../src/generated/traits";
import type { Reply } from "../src/kernel/types";
import { settled } from "./patient_kernel";
import { COMMON, reply, surroundings } from "./world";

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
    return { name, start: start - count, count, signed: options.signed ?? false, hollow: false };
  });
  const kinds = options.wideKinds ?? options.kinds ?? new Array<number>(n).fill(255);
  const category = options.wideKinds ? Uint16Array.from(kinds) : Uint8Array.from(kinds);
  const result: MapResult = {
    n,
    bounds: options.bounds ?? [0, 0, 1, 1],
    layers,
    method: "umap",
    clustered: true,
    final: true,
    clusters: [cluster("bird")],
    ...options.changes,
  };
  return reply(result, [Uint16Array.from(xy), category]);
}

export function cluster(name: string, changes: Partial<ClusterInfo> = {}): ClusterInfo {
  const numbers = name === "" ? { agreement: null, elsewhere: null } : { agreement: 0.92, elsewhere: 0.1 };
  const rival = { runner_up: name === "" ? "" : "thing", is_close: false };
  return { name, ...numbers, ...rival, central: "bn2:3", x: 0.5, y: 0.5, size: 2, sample: 3, ...changes };
}

export function encodingReply(
  values: number[],
  changes: Partial<EncodingResult> = {},
): Reply<EncodingResult> {
  const result: EncodingResult = {
    kind: "diverging",
    min: Math.min(...values),
    max: Math.max(...values),
    weak: false,
    message: "",
    caveat: "",
    ...changes,
  };
  return reply(result, [Float32Array.from(values)]);
}

export function traits(changes: Partial<ConceptMapTraits> = {}): ConceptMapTraits {
  return {
    ...COMMON,
    camera: [0.5, 0.5, 1],
    class_name: "",
    requirements: [],
    within_class: false,
    threshold: 2.75,
    encoding: "alignment",
    method: "umap",
    ...changes,
  };
}

export const FOUR = [1000, 1000, 60_000, 1000, 1000, 60_000, 60_000, 60_000];

/** A map of four points, or others, whose positions have come. */
export async function world(
  changes: Partial<ConceptMapTraits> = {},
  positions: MapReplyOptions = {},
  xy: number[] = FOUR,
) {
  const { options, kernel, ...around } = surroundings(traits(changes));
  const map = new ConceptMap(options);
  map.sight.size.value = { width: 900, height: 540 };
  await settled();
  kernel.last("map").answer(mapReply(xy, positions));
  await settled();
  return { kernel, map, ...around };
}
