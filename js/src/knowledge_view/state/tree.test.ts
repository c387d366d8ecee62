import { expect, test } from "vitest";
import type { KnownWord } from "../../generated/protocol";
import { squarified } from "./squarify";
import { tilesOf } from "./tiles";
import { holesIn, inside, nodeAt, trail, treeOf } from "./tree";

const answering = (n: number, relevance: number | null = null) => ({
  n,
  relevance,
  expected: 0.5,
  percentile: 0.99,
  known: true,
});

function word(name: string, parent: number, n: number, more: Partial<KnownWord> = {}): KnownWord {
  return { ...answering(n), word: name, parent, own: null, holes: [], ...more };
}

const WORDS = [
  word("organism", -1, 9, { holes: ["moss"] }),
  word("animal", 0, 9, { holes: ["eel", "ape"] }),
  word("bird", 1, 6, { own: answering(2), relevance: 0.1 }),
  word("owl", 2, 4, { relevance: 0.4 }),
  word("dog", 1, 3, { relevance: 0.2 }),
  word("tool", -1, 5),
];
const ROOT = treeOf(WORDS, { ...answering(14), word: "", own: null, holes: ["wifi"] });
const named = (path: string) => nodeAt(ROOT, path);

test("a category that holds nothing but another one is skipped, and its holes stay", () => {
  expect(inside(ROOT, "share").map((node) => node.path)).toEqual(["organism > animal", "tool"]);
  expect(trail(named("organism > animal > bird")).map((node) => node.word)).toEqual(["animal", "bird"]);
  expect(holesIn(ROOT)).toEqual(["ape", "eel", "moss", "wifi"]);
  expect(holesIn(named("organism > animal"))).toEqual(["ape", "eel"]);
});

test("a word that is a category too stands in it with its own components", () => {
  const own = inside(named("organism > animal > bird"), "share");
  expect(own.map(({ word, n, children }) => [word, n, children.length])).toEqual([
    ["owl", 4, 0],
    ["bird", 2, 0],
  ]);
});

test("areas are shares of neurons, or of relevance", () => {
  const animal = named("organism > animal");
  expect(inside(animal, "share").map((node) => node.word)).toEqual(["bird", "dog"]);
  expect(inside(animal, "relevance").map((node) => node.word)).toEqual(["dog", "bird"]);
});

test("the rectangles of a treemap fill the whole, with areas as given, and none is thin", () => {
  const amounts = [6, 6, 4, 3, 2, 2, 1];
  const found = squarified(amounts, { x: 10, y: 20, width: 600, height: 400 });
  expect(found.map(({ width, height }) => Math.round((width * height) / 10000))).toEqual(amounts);
  for (const { x, y, width, height } of found) {
    expect(Math.max(width / height, height / width)).toBeLessThan(3.1);
    expect(x >= 10 && y >= 20 && x + width <= 610.001 && y + height <= 420.001).toBe(true);
  }
});

test("the tiles of a category lie within its frame, and what is too small has none", () => {
  const whole = { x: 0, y: 0, width: 600, height: 400 };
  const tiles = tilesOf(ROOT, whole, "share");
  const frame = tiles.find(({ node }) => node.word === "animal");
  expect(frame?.isFrame).toBe(true);
  const dog = tiles.find(({ node }) => node.word === "dog");
  expect(dog && frame && dog.x >= frame.x && dog.y > frame.y && dog.x + dog.width <= frame.width).toBe(true);
  const small = tilesOf(ROOT, { ...whole, width: 60, height: 40 }, "share");
  expect(small.map(({ node }) => node.word)).toEqual(["animal", "tool"]);
});
