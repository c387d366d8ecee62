import { expect, test } from "vitest";
import { mapReply } from "../../../tests/map_world";
import { startPlaces } from "../drawing/morph";
import { decodePoints, drawingOrder, NO_KIND, nameOf, placeOf, pointNamed } from "./points";
import { mapSpace, NOWHERE, type Point, STEPS, stepsToUnits, toUnits, unitsToSteps } from "./space";

test("columns are read from wherever they begin in their message", () => {
  const points = decodePoints(mapReply([10, 20, 30, 40], { kinds: [0, 255] }));
  expect([...points.xy]).toEqual([10, 20, 30, 40]);
  expect([...points.cluster]).toEqual([0, NO_KIND]);
});

test("two bytes for a cluster where there are many", () => {
  const points = decodePoints(mapReply([10, 20, 30, 40], { wideKinds: [300, 65535] }));
  expect([...points.cluster]).toEqual([300, NO_KIND]);
});

test.each([0, 1, 2, 3, 10, 97, 1280, 4181])("the drawing order of %d points holds each once", (n) => {
  expect([...drawingOrder(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
});

test("any beginning of the drawing order is spread evenly over all points", () => {
  const n = 10_000;
  const order = drawingOrder(n);
  for (const beginning of [50, 300, 4000]) {
    const tenths = new Array<number>(10).fill(0);
    for (const point of order.subarray(0, beginning)) {
      const tenth = Math.floor((10 * point) / n);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - beginning / 10)).toBeLessThanOrEqual(3);
  }
});

test("names lead to points and back, and names of other layers to none", () => {
  const points = decodePoints(mapReply([1, 1, 2, 2, 3, 3], { layers: { "blocks.6.0": 2, "a:b": 1 } }));
  expect([0, 1, 2].map((point) => nameOf(points, point))).toEqual(["blocks.6.0:0", "blocks.6.0:1", "a:b:0"]);
  expect(["blocks.6.0:1", "a:b:0"].map((name) => pointNamed(points, name))).toEqual([1, 2]);
  expect(["a:b:1", "bn2:0", "a:b", "", "a:b:x"].map((name) => pointNamed(points, name))).toEqual(
    new Array(5).fill(null),
  );
});

test("the longer side of a map is one unit long and the shorter one lies in the middle", () => {
  const space = mapSpace([-2, 10, 6, 14]);
  expect([toUnits(space, [-2, 10]), toUnits(space, [6, 14])]).toEqual([
    [0, 0.25],
    [1, 0.75],
  ]);
  expect(stepsToUnits(space, [0, STEPS])).toEqual([0, 0.75]);
});

test("steps lead back to the units they came from", () => {
  const space = mapSpace([-3.5, 2, 9, 4.25]);
  for (let i = 0; i < 100; i++) {
    const place: Point = [Math.random(), Math.random()];
    const back = stepsToUnits(space, unitsToSteps(space, place));
    expect(back[0]).toBeCloseTo(place[0], 10);
    expect(back[1]).toBeCloseTo(place[1], 10);
  }
});

test("a map of one point, or in a line, has no lengths of zero to divide by", () => {
  const single = mapSpace([3, 3, 3, 3]);
  expect(toUnits(single, [3, 3])).toEqual([0, 0]);
  const line = mapSpace([0, 5, 10, 5]);
  expect(toUnits(line, [10, 5])).toEqual([1, 0.5]);
  expect(unitsToSteps(line, [0.5, 0.5])).toEqual([STEPS / 2, STEPS / 2]);
});

test("after PCA the same components start from where they were", () => {
  const pca = decodePoints(mapReply([0, 0, STEPS, STEPS, STEPS / 2, 0], { bounds: [0, 0, 1, 1] }));
  const umap = decodePoints(mapReply([9, 9, 99, 99, 999, 999], { bounds: [-5, -5, 5, 5] }));
  expect([...startPlaces(pca, umap)]).toEqual([0, 0, STEPS, STEPS, STEPS / 2, 0]);
});

test("the starts of one map are places of the other, whichever of them is the larger", () => {
  for (const [n, m] of [
    [50, 7],
    [7, 50],
  ] as const) {
    const random = (count: number) =>
      Array.from({ length: 2 * count }, () => Math.floor(Math.random() * STEPS));
    const old = decodePoints(mapReply(random(n), { layers: { a: n } }));
    const fresh = decodePoints(mapReply(random(m), { layers: { b: m } }));
    const start = startPlaces(old, fresh);
    const known = new Set(Array.from({ length: n }, (_, i) => placeOf(old, i).join()));
    for (let i = 0; i < m; i++) {
      const place = stepsToUnits(fresh.space, [start[2 * i] ?? 0, start[2 * i + 1] ?? 0]);
      expect(known.has(place.join())).toBe(true);
    }
  }
});

test("a component without a place keeps having none, and one that gets its first place starts there", () => {
  const old = decodePoints(mapReply([5, 5, NOWHERE, 0, 7, 7]));
  const fresh = decodePoints(mapReply([NOWHERE, 0, 8, 8, 9, 9]));
  const start = startPlaces(old, fresh);
  expect([...start.slice(2, 4)]).toEqual([8, 8]);
});
