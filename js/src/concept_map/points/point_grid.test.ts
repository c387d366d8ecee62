import { expect, test } from "vitest";
import { contains } from "./lasso";
import { type Direction, PointGrid } from "./point_grid";
import { NOWHERE, type Point, STEPS } from "./space";

function cloud(n: number, wide = 65534, high = 65534): Uint16Array {
  return Uint16Array.from({ length: 2 * n }, (_, i) =>
    Math.floor(Math.random() * (i % 2 === 0 ? wide : high)),
  );
}

/** In map units, as the grid measures. */
function distance(xy: Uint16Array, point: number, [x, y]: Point, sx: number, sy: number): number {
  const dx = (((xy[2 * point] ?? 0) - x) * sx) / STEPS;
  const dy = (((xy[2 * point + 1] ?? 0) - y) * sy) / STEPS;
  return Math.hypot(dx, dy);
}

function slowNearest(xy: Uint16Array, place: Point, radius: number, sx: number, sy: number): number {
  let best = Infinity;
  for (let point = 0; point < xy.length / 2; point++) {
    if (xy[2 * point] !== NOWHERE) best = Math.min(best, distance(xy, point, place, sx, sy));
  }
  return best <= radius ? best : Infinity;
}

test.each([
  [1, 1],
  [1, 0.3],
  [0.05, 1],
])("the nearest point is the one a look at all of them finds, on a map of %d by %d", (sx, sy) => {
  for (let trial = 0; trial < 60; trial++) {
    const xy = cloud(1 + Math.floor(Math.random() * 900), trial % 2 === 0 ? 65534 : 900);
    const grid = new PointGrid(xy, { sx, sy });
    const place: Point = [Math.random() * 90_000 - 12_000, Math.random() * 90_000 - 12_000];
    const radius = trial % 3 === 0 ? 0.02 : Infinity;
    const found = grid.nearest(place, radius);
    const slow = slowNearest(xy, place, radius, sx, sy);
    expect(found === null ? Infinity : distance(xy, found, place, sx, sy)).toBeCloseTo(slow, 10);
  }
});

test("of points in one place the lowest number is the nearest", () => {
  const grid = new PointGrid(Uint16Array.from([9, 9, 500, 500, 500, 500, 500, 500]), { sx: 1, sy: 1 });
  expect(grid.nearest([510, 505], 1)).toBe(1);
});

test("points without a place and points that are refused are never found", () => {
  const xy = Uint16Array.from([100, 100, NOWHERE, 100, 200, 200]);
  const grid = new PointGrid(xy, { sx: 1, sy: 1 });
  expect(grid.nearest([65535, 100], Infinity)).toBe(2);
  expect(grid.nearest([100, 100], Infinity, (point) => point !== 0)).toBe(2);
  expect(grid.nearest([100, 100], Infinity, () => false)).toBeNull();
  expect([...grid.items].sort()).toEqual([0, 2]);
});

test("an empty map and a map of one place have answers too", () => {
  expect(new PointGrid(new Uint16Array(0), { sx: 1, sy: 1 }).nearest([0, 0], Infinity)).toBeNull();
  const same = new PointGrid(new Uint16Array(2000).fill(7), { sx: 1, sy: 0 });
  expect(same.nearest([60_000, 3], Infinity)).toBe(0);
  expect([same.neighbour(5, "right"), same.neighbour(5, "left"), same.neighbour(5, "up")]).toEqual([
    6,
    0,
    null,
  ]);
});

test("an arrow leads to the nearest point within 45 degrees of it", () => {
  const steps: Record<Direction, Point> = { left: [-1, 0], right: [1, 0], up: [0, 1], down: [0, -1] };
  for (let trial = 0; trial < 40; trial++) {
    const xy = cloud(200);
    const grid = new PointGrid(xy, { sx: 1, sy: 1 });
    const from = Math.floor(Math.random() * 200);
    const home: Point = [xy[2 * from] ?? 0, xy[2 * from + 1] ?? 0];
    for (const [direction, [ux, uy]] of Object.entries(steps) as [Direction, Point][]) {
      let best = Infinity;
      for (let point = 0; point < 200; point++) {
        const dx = (xy[2 * point] ?? 0) - home[0];
        const dy = (xy[2 * point + 1] ?? 0) - home[1];
        const ahead = dx * ux + dy * uy;
        const aside = Math.abs(dx * uy) + Math.abs(dy * ux);
        const inCone = ux === 0 ? aside < ahead : aside <= ahead;
        if (point !== from && inCone && ahead > 0) best = Math.min(best, distance(xy, point, home, 1, 1));
      }
      const found = grid.neighbour(from, direction);
      expect(found === null ? Infinity : distance(xy, found, home, 1, 1)).toBeCloseTo(best, 10);
    }
  }
});

test("a lasso catches what a look at every point catches", () => {
  const xy = cloud(3000);
  const grid = new PointGrid(xy, { sx: 1, sy: 0.6 });
  const star: Point[] = Array.from({ length: 10 }, (_, k) => {
    const reach = k % 2 === 0 ? 30_000 : 9000;
    return [32_000 + reach * Math.cos((k * Math.PI) / 5), 32_000 + reach * Math.sin((k * Math.PI) / 5)];
  });
  const slow = Array.from({ length: 3000 }, (_, i) => i).filter((i) =>
    contains(star, [xy[2 * i] ?? 0, xy[2 * i + 1] ?? 0]),
  );
  expect(grid.inside(star, contains).sort((a, b) => a - b)).toEqual(slow);
  expect(slow.length).toBeGreaterThan(100);
  expect(grid.inside(star.slice(0, 2), contains)).toEqual([]);
});
