/** Comparison map for tests: two sides of two components, or more sides in a series. */
import type { CompareMapTraits } from "../src/generated/traits";
import { COMMON, reply } from "./world";

export function compareTraits(
  names: readonly string[] = ["before", "after"],
  changes: Partial<CompareMapTraits> = {},
): CompareMapTraits {
  const side = {
    model: "model",
    layer: "layer4",
    foundation_model: "ConSE",
    n_components: 2,
    images: "photos",
  };
  return {
    ...COMMON,
    layer: "",
    layers: names.map((name) => ({ name, n_components: 2 })),
    sides: names.map((name) => ({ ...side, name })),
    camera: [0.5, 0.5, 1],
    encoding: "side",
    method: "umap",
    pair: [names[0] ?? "", names.at(-1) ?? ""],
    series: names.length > 2,
    step: 0,
    ...changes,
  };
}

/** The nearest of two components, and which of them are the nearest of their nearest. */
export function nearestReply(component: number[], mutual: number[] = [1, 1]) {
  const similarity = Float32Array.from(component, (found) => (found < 0 ? Number.NaN : 0.8));
  const result = { n: component.length, mutual: 2, similarity: 0.8 };
  return reply(result, [Int32Array.from(component), similarity, Uint8Array.from(mutual)]);
}

/** Flags: 1 for matched, 2 for alone. */
export function chanceReply(flags: number[]) {
  const percentile = Float32Array.from(flags, (bits) => (bits === 1 ? 0.99 : 0.5));
  const of = (bit: number) => flags.filter((bits) => bits === bit).length;
  const result = { n: flags.length, matched: of(1), alone: of(2), similarity: 0.6 };
  return reply(result, [percentile, Uint8Array.from(flags)]);
}
