import { expect, test } from "vitest";
import { isHalfTyped } from "./half_typed";

test.each([
  '"palm tr',
  "fruit -",
  "fruit - ",
  "fruit +",
  "fruit not",
  "like",
  "like #",
  "more like #",
  "fruit - #",
  "-",
  "#",
])("%s is half typed", (text) => {
  expect(isHalfTyped(text)).toBe(true);
});

test.each([
  "",
  "fruit",
  '"palm tree"',
  "fruit - apple",
  "like #1",
  "#12",
  "layer4:1",
  "knot",
  "child-like",
  "red-",
])("%s is a query", (text) => {
  expect(isHalfTyped(text)).toBe(false);
});
