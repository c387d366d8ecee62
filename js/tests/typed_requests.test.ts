/** Types of requests: `tsc` fails where a wrong request compiles, or the right one doesn't. */
import { expect, test } from "vitest";
import type { Kernel } from "../src/kernel/types";

test("a request and its answer follow the types that Python generates", () => {
  const right = async (kernel: Kernel): Promise<string[]> =>
    (await kernel.request("complete", { text: "b", vocabulary: "" })).result.words;
  const wrong: ((kernel: Kernel) => unknown)[] = [
    // @ts-expect-error: no request has this name.
    (kernel) => kernel.request("card", { layer: "bn2", components: [1] }),
    // @ts-expect-error: a parameter is missing.
    (kernel) => kernel.request("cards", { layer: "bn2" }),
    // @ts-expect-error: a parameter is of another type.
    (kernel) => kernel.request("cards", { layer: "bn2", components: "1" }),
    // @ts-expect-error: a parameter is unknown.
    (kernel) => kernel.request("cards", { layer: "bn2", components: [1], n: 3 }),
    // @ts-expect-error: a request without parameters is given one.
    (kernel) => kernel.request("prepare", { layer: "bn2" }),
    // @ts-expect-error: a choice is none of those that there are.
    (kernel) => kernel.request("map", { layers: ["bn2"], method: "tsne" }),
    // @ts-expect-error: the answer has no such part.
    async (kernel) => (await kernel.request("complete", { text: "b" })).result.names,
  ];
  expect([right, ...wrong]).toHaveLength(8);
});
