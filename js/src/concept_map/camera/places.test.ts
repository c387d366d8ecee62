import { expect, test } from "vitest";
import type { Point } from "../points/space";
import { CARD_GAP, fitsEverywhere, placeCard } from "./card_place";
import { EDGE, type Label, overlap, placeLabels, type Rectangle } from "./label_places";

function labels(n: number): Label[] {
  return Array.from({ length: n }, (_, key) => ({
    key,
    at: [900 * Math.random(), 540 * Math.random()] as const,
    reach: 30 * Math.random(),
    width: 60 + 80 * Math.random(),
    height: 24,
  }));
}

test("no label lies over another, over an obstacle or over the edge", () => {
  const obstacle = { left: 0, top: 400, width: 200, height: 140 };
  for (let trial = 0; trial < 30; trial++) {
    const placed = placeLabels(labels(80), 900, 540, [obstacle]);
    const outside = placed.filter(
      ({ left, top, width, height }) =>
        left < EDGE || top < EDGE || left + width > 900 - EDGE || top + height > 540 - EDGE,
    );
    const pairs = placed.flatMap((label, i) =>
      [obstacle, ...placed.slice(i + 1)].map((other) => [label, other]),
    );
    expect(outside).toEqual([]);
    expect(pairs.filter(([label, other]) => overlap(label as Rectangle, other as Rectangle))).toEqual([]);
  }
});

test("the first label always has its place, on top of what it names", () => {
  const [first] = placeLabels(
    [
      { key: 7, at: [400, 300], reach: 40, width: 100, height: 24 },
      { key: 8, at: [410, 300], reach: 40, width: 100, height: 24 },
    ],
    900,
    540,
  );
  expect(first).toEqual({ key: 7, left: 350, top: 236, width: 100, height: 24 });
});

test.each([
  [20, EDGE],
  [880, 900 - EDGE - 100],
])("what lies at an edge, at %d, has its name moved inwards", (x, left) => {
  const [place] = placeLabels([{ key: 3, at: [x, 300], reach: 20, width: 100, height: 24 }], 900, 540);
  expect(place).toEqual({ key: 3, left, top: 256, width: 100, height: 24 });
});

test("what lies outside of the view has no name in it", () => {
  expect(placeLabels([{ key: 3, at: [-60, 300], reach: 20, width: 100, height: 24 }], 900, 540)).toEqual([]);
});

test("what lies beside the column of tools has its name on the other side", () => {
  const tools = { left: 856, top: 0, width: 44, height: 280 };
  const label: Label = { key: 3, at: [850, 100], reach: 20, width: 100, height: 24 };
  const [place] = placeLabels([label], 900, 540, [tools]);
  expect(place).toEqual({ key: 3, left: 750, top: 56, width: 100, height: 24 });
});

test("a label whose place is taken goes below, and one without any room is left out", () => {
  const same = Array.from(
    { length: 9 },
    (_, key): Label => ({ key, at: [400, 300], reach: 40, width: 100, height: 24 }),
  );
  const placed = placeLabels(same, 900, 540);
  expect(placed[1]?.top).toBe(340);
  expect(placed.length).toBeLessThan(9);
});

test("panning takes hardly any label away that stays in view", () => {
  const all = labels(60);
  const shown = new Set(placeLabels(all, 900, 540).map(({ key }) => key));
  const moved = all.map((label) => ({ ...label, at: [label.at[0] - 40, label.at[1]] as const }));
  const after = new Set(placeLabels(moved, 900, 540).map(({ key }) => key));
  const gone = all.filter(
    ({ key, at, width }) => shown.has(key) && !after.has(key) && at[0] - 40 - width / 2 >= 0,
  );
  expect(gone.length).toBeLessThan(8);
});

const full = { width: 208, height: 320 };

test.each([
  [898, 540],
  [470, 440],
  [340, 700],
])("in a view of %d by %d the card covers its point nowhere", (width, height) => {
  const view = { width, height };
  expect(fitsEverywhere(full, view)).toBe(true);
  for (let trial = 0; trial < 500; trial++) {
    const point: Point = [width * Math.random(), height * Math.random()];
    const { left, top } = placeCard(point, full, view);
    const [dx, dy] = [
      Math.max(left - point[0], point[0] - left - full.width),
      Math.max(top - point[1], point[1] - top - full.height),
    ];
    expect(Math.max(dx, dy)).toBeGreaterThanOrEqual(CARD_GAP - 1e-9);
    expect(left >= 0 && top >= 0 && left + full.width <= width && top + full.height <= height).toBe(true);
  }
});

test("a view too small for the full card says so", () => {
  expect(fitsEverywhere(full, { width: 340, height: 400 })).toBe(false);
  expect(fitsEverywhere({ width: 264, height: 114 }, { width: 340, height: 400 })).toBe(true);
});
