import { expect, test } from "vitest";
import { mapReply } from "../../../tests/map_world";
import { decodePoints, NO_KIND } from "../points/points";
import { NOWHERE } from "../points/space";
import { highest, kindsColouring, numbersColouring } from "./colouring";
import { FADED, only, PLACELESS, passes, pointStates, ranged, SELECTED, toggled } from "./filter";
import { LEVELS, MISSING } from "./palettes";

const about = { encoding: "alignment", query: "bird", weak: false, message: "" } as const;

test("numbers go to the palette by their share of the range, and no number is the last entry", () => {
  const { entries, low, high, missing } = numbersColouring(
    Float32Array.from([0, 0.5, 1, Number.NaN]),
    "sequential",
    about,
  );
  expect([...entries]).toEqual([0, 127, LEVELS - 1, MISSING]);
  expect([low, high, missing]).toEqual([0, 1, 1]);
});

test("signed numbers have their zero in the middle, whatever their range", () => {
  const { entries, low, high } = numbersColouring(Float32Array.from([-0.125, 0, 0.5]), "diverging", about);
  expect([low, high]).toEqual([-0.5, 0.5]);
  expect(entries[1]).toBe((LEVELS - 1) / 2);
});

test("equal numbers, and none at all, are no reason to divide by zero", () => {
  expect([...numbersColouring(Float32Array.from([3, 3]), "sequential", about).entries]).toEqual([0, 0]);
  const none = numbersColouring(Float32Array.from([Number.NaN]), "diverging", about);
  expect([...none.entries]).toEqual([MISSING]);
  expect(highest(none)).toBeNull();
});

test("the histogram counts every number once", () => {
  const values = Float32Array.from({ length: 1000 }, () => Math.random());
  const { histogram } = numbersColouring(values, "sequential", about);
  expect(histogram).toHaveLength(32);
  expect(histogram.reduce((a, b) => a + b)).toBe(1000);
});

test("the highest number is found, and kinds have none", () => {
  expect(highest(numbersColouring(Float32Array.from([0.1, Number.NaN, 0.7, 0.2]), "diverging", about))).toBe(
    2,
  );
  expect(highest(kindsColouring(Uint16Array.from([1, 2]), [], about))).toBeNull();
});

const kinds = kindsColouring(
  Uint16Array.from([0, 1, 1, NO_KIND]),
  [
    { label: "bird", count: 1 },
    { label: "car", count: 2 },
  ],
  { ...about, encoding: "cluster" },
);

test("switching a kind off and on again leaves no filter", () => {
  const off = toggled(null, 1);
  expect([0, 1, 2, 3].map((point) => passes(kinds, off, point))).toEqual([true, false, false, true]);
  expect(toggled(off, 1)).toBeNull();
});

test("a kind alone, then everything again", () => {
  const alone = only(null, 1, 2);
  expect([0, 1, 2, 3].map((point) => passes(kinds, alone, point))).toEqual([false, true, true, false]);
  expect(only(alone, 1, 2)).toBeNull();
  const none = only(null, NO_KIND, 2);
  expect([0, 1, 2, 3].map((point) => passes(kinds, none, point))).toEqual([false, false, false, true]);
});

test("a range lets its ends through and keeps out what has no number", () => {
  const numbers = numbersColouring(Float32Array.from([0, 0.25, 1, Number.NaN]), "sequential", about);
  const filter = ranged(numbers, 0.25, 1);
  expect([0, 1, 2, 3].map((point) => passes(numbers, filter, point))).toEqual([false, true, true, false]);
  expect(ranged(numbers, 0, 1)).toBeNull();
});

test("how a point is drawn: filtered, selected, without a place", () => {
  const points = decodePoints(mapReply([1, 2, 3, 4, NOWHERE, 5, 7, 8]));
  const states = pointStates(points, kinds, toggled(null, 1), [1, 3]);
  expect([...states]).toEqual([0, FADED | SELECTED, PLACELESS, SELECTED]);
});
