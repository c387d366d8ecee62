import { expect, test } from "vitest";
import { box, contains, extended, isTiny, simplified } from "./lasso";
import type { Point } from "./space";

const square: Point[] = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];

test("inside is inside and outside is outside", () => {
  expect(contains(square, [5, 5])).toBe(true);
  expect([contains(square, [-1, 5]), contains(square, [11, 5]), contains(square, [5, 11])]).toEqual([
    false,
    false,
    false,
  ]);
  expect(contains([], [0, 0])).toBe(false);
});

test("what a line encloses twice is outside, as the drawn area shows it", () => {
  const twice: Point[] = [...square, [0, 0], ...square];
  expect(contains(twice, [5, 5])).toBe(false);
});

test("a hollow is outside", () => {
  const hollow: Point[] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 2],
    [0, 10],
  ];
  expect(contains(hollow, [5, 6])).toBe(false);
  expect(contains(hollow, [1, 5])).toBe(true);
});

test("a box has four corners wherever the drag began", () => {
  expect(contains(box([10, 10], [0, 0]), [3, 4])).toBe(true);
  expect(box([1, 2], [5, 9])).toEqual([
    [1, 2],
    [5, 2],
    [5, 9],
    [1, 9],
  ]);
});

test("a line grows only where the hand moves", () => {
  const line = extended(extended([[0, 0]], [1, 1]), [5, 5]);
  expect(line).toEqual([
    [0, 0],
    [5, 5],
  ]);
});

test("a long line keeps its shape in 200 corners", () => {
  const circle: Point[] = Array.from({ length: 3000 }, (_, i) => {
    const turn = (2 * Math.PI * i) / 3000;
    return [400 + 300 * Math.cos(turn), 300 + 200 * Math.sin(turn)];
  });
  const short = simplified(circle);
  expect(short.length).toBeLessThanOrEqual(200);
  expect(short.length).toBeGreaterThan(20);
  const places = Array.from({ length: 2000 }, (): Point => [800 * Math.random(), 600 * Math.random()]);
  const differ = places.filter((place) => contains(circle, place) !== contains(short, place));
  expect(differ.length).toBeLessThan(20);
  expect(simplified(square)).toBe(square);
});

test("a click that trembled is no lasso", () => {
  expect(isTiny([[1, 1]])).toBe(true);
  expect(isTiny(box([1, 1], [4, 5]))).toBe(true);
  expect(isTiny(square)).toBe(false);
});
