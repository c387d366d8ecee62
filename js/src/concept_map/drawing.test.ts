import { expect, test } from "vitest";
import { type Colouring, entryOf, onTop } from "./colours/colouring";
import { depthsOf } from "./drawing/canvas/canvas_renderer";
import { stamp } from "./drawing/canvas/stamp";
import { pointOpacity, pointSize } from "./drawing/look";
import type { Frame, PointData } from "./drawing/renderer";
import { clipTransform } from "./drawing/webgl/webgl_renderer";

test.each([1.3, 2, 4.4, 9])(
  "a disc of diameter %d covers about its area, wherever in a pixel its middle is",
  (diameter) => {
    const { shares, starts } = stamp(diameter, 1, 100);
    for (let part = 0; part < 16; part++) {
      const covered = shares
        .slice(starts[part], starts[part + 1])
        .reduce((sum, share) => sum + share / 256, 0);
      expect(Math.abs(covered - Math.PI * (diameter / 2) ** 2)).toBeLessThan(0.35 + 0.12 * diameter);
    }
  },
);

test("a disc lies around its middle", () => {
  const stride = 1000;
  const { offsets, shares, starts } = stamp(7, 1, stride);
  for (const [part, x, y] of [
    [0, 0.125, 0.125],
    [15, 0.875, 0.875],
    [3, 0.875, 0.125],
  ] as const) {
    let [sumX, sumY, total] = [0, 0, 0];
    for (let k = starts[part] ?? 0; k < (starts[part + 1] ?? 0); k++) {
      const row = Math.round((offsets[k] ?? 0) / stride);
      const share = shares[k] ?? 0;
      sumX += share * ((offsets[k] ?? 0) - row * stride + 0.5);
      sumY += share * (row + 0.5);
      total += share;
    }
    expect(sumX / total).toBeCloseTo(x, 1);
    expect(sumY / total).toBeCloseTo(y, 1);
  }
});

test("a paler disc covers less of the same pixels", () => {
  const whole = stamp(5, 1, 50);
  const half = stamp(5, 0.5, 50);
  expect(Math.max(...half.shares)).toBe(128);
  expect(Math.max(...whole.shares)).toBe(256);
});

test("by match, what is gained or lost lies above what is matched, and that above what is unclear", () => {
  const depths = depthsOf(onTop({ encoding: "match" } as Colouring));
  const [matched, lost, gained, unclear] = [0, 1, 2, 3].map((kind) => depths[entryOf("match", kind, 4)] ?? 0);
  expect(Math.min(lost ?? 0, gained ?? 0)).toBeGreaterThan(matched ?? 0);
  expect(matched).toBeGreaterThan(unclear ?? 0);
  expect(unclear).toBeGreaterThan(0); // that of filtered points
});

test("high alignments lie on top, and any other colours as they come", () => {
  const depths = (encoding: Colouring["encoding"]) => depthsOf(onTop({ encoding } as Colouring));
  expect(depths("alignment")[200]).toBeGreaterThan(depths("alignment")[100] ?? 0);
  expect(new Set(depths("cluster")).size).toBe(1);
});

test("the graphics card is told the same places as everybody else computes", () => {
  const data = { space: { sx: 1, sy: 0.6 } } as PointData;
  const frame = { width: 800, height: 500, centre: [380, 260], scale: 700 } as unknown as Frame;
  const { scale, offset } = clipTransform(data, frame);
  for (const [x, y] of [
    [0, 0],
    [65534, 65534],
    [1000, 40_000],
  ] as const) {
    const clip = [x * (scale[0] ?? 0) + (offset[0] ?? 0), y * (scale[1] ?? 0) + (offset[1] ?? 0)] as const;
    expect(((clip[0] + 1) / 2) * 800).toBeCloseTo(380 + (x / 65534 - 0.5) * 700, 6);
    expect(500 - ((clip[1] + 1) / 2) * 500).toBeCloseTo(260 - (y / 65534 - 0.5) * 0.6 * 700, 6);
  }
});

test("points are smaller and paler the more there are, larger near by, and never out of hand", () => {
  const sizes = [10, 1280, 10_000, 100_000, 1_000_000].map((n) => pointSize(n, 1, 900, 540));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(sizes[4]).toBeGreaterThanOrEqual(1.2);
  expect(pointSize(10, 80, 4000, 2000)).toBeLessThanOrEqual(12);
  expect(pointSize(1280, 4, 900, 540)).toBeGreaterThan(pointSize(1280, 1, 900, 540));
  expect([pointOpacity(10, 1), pointOpacity(1_000_000, 80)]).toEqual([1, 1]);
  expect(pointOpacity(1_000_000, 1)).toBeLessThan(0.6);
});
