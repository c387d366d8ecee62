import { expect, test } from "vitest";
import { barPart } from "./scale";

test("a positive number reaches from zero to the right, a negative one to the left", () => {
  expect(barPart(0.5, -0.5, 0.5)).toEqual({ zero: 0.5, start: 0.5, length: 0.5, negative: false });
  expect(barPart(-0.25, -0.5, 0.5)).toEqual({ zero: 0.5, start: 0.25, length: 0.25, negative: true });
});

test("zero is on the bar also where all numbers have one sign", () => {
  expect(barPart(0.2, 0.1, 0.4)).toMatchObject({ zero: 0, start: 0, length: 0.5 });
  expect(barPart(-0.2, -0.4, -0.1)).toMatchObject({ zero: 1, start: 0.5, length: 0.5 });
});

test("numbers off the bar end at its edge, and a bar without a span or a number is empty", () => {
  expect(barPart(9, 0, 1)).toMatchObject({ start: 0, length: 1 });
  expect(barPart(0, 0, 0)).toMatchObject({ length: 0 });
  expect(barPart(Number.NaN, -1, 1)).toMatchObject({ start: 0.5, length: 0 });
});
