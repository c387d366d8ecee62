import { expect, test } from "vitest";
import { completed, lastTerm } from "./last_term";

test.each([
  ["stri", "stri"],
  ["striped fu", "striped fu"],
  ["wheel - ca", "ca"],
  ["wheel -ca", "ca"],
  ["wheel not ca", "ca"],
  ["sky + sa", "sa"],
  ["t-shi", "t-shi"],
  ["knot ti", "knot ti"],
  ['sky - "grey clo', "grey clo"],
  ['"grey sky"', ""],
  ["#12", ""],
  ["like 12", ""],
  ["more like #1", ""],
  ["wheel - ", ""],
  ["", ""],
])("of %j the words %j are being typed", (query, term) => {
  expect(lastTerm(query).term).toBe(term);
});

test.each([
  ["stri", "striped fur", "striped fur"],
  ["wheel - ca", "car", "wheel - car"],
  ["wheel -ca", "car", "wheel -car"],
  ['sky - "grey clo', "grey cloud", 'sky - "grey cloud"'],
  ["do", "do not enter", '"do not enter"'],
])("%j is completed to %j", (query, word, whole) => {
  expect(completed(query, word)).toBe(whole);
});
