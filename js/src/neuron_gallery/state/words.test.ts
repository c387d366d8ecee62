import { expect, test } from "vitest";
import { rankReply } from "../../../tests/gallery_world";
import { labelsTitle } from "../../neurons/measures";
import { among, bestMatch, decodeRanking, matchAt, type Ranking, sorted, strengthOf } from "./ranking";
import { alignmentTitle, announcement, awaitedOrder, cardMeasures, weakness } from "./words";

function ranking(order: number[], alignments: number[] = [], changes: Partial<Ranking> = {}): Ranking {
  return { ...decodeRanking(rankReply(order, alignments), "bn2", "bird"), ...changes };
}

test.each([
  [{ sort: "alignment", query: "car" }, "alignment with “car”"],
  [{ sort: "alignment", query_image: "1" }, "alignment with the image"],
  [{ sort: "alignment" }, ""],
  [{ sort: "component", descending: false, query: "car" }, ""],
  [{ sort: "component" }, "number"],
  [{ sort: "firing_rate" }, "firing rate"],
] as const)("cards in number order wait for %o", (changes, awaited) => {
  const all = { layer: "bn2", query: "", query_image: "", descending: true };
  expect(awaitedOrder({ ...all, ...changes })).toBe(awaited);
});

test("the best neuron is announced, wherever the order put it", () => {
  expect(announcement(ranking([4, 12, 7], [0.1, 0.5, 0.25]))).toBe("3 neurons, best: bn2:12");
  expect(announcement(ranking([4], [0.1], { weak: true }))).toBe("1 neuron, best: bn2:4, weak match");
  expect(announcement(ranking([4, 5]))).toBe("2 neurons of bn2");
});

test("the best of negative halves has their name, also when they are shown alone", () => {
  const halves = ranking([3, 1, 2, 0], [0.5, 0.2, 0.1, 0], { signed: true });
  expect(announcement(halves)).toBe("4 neurons, best: bn2:1-");
  expect(announcement(among(halves, ["bn2:0-", "bn2:0"]))).toBe("2 neurons, best: bn2:0-");
});

test("neurons without examples are never the best", () => {
  expect(bestMatch(ranking([1, 2], [Number.NaN, -0.5]))).toMatchObject({ component: 2, alignment: -0.5 });
  expect(bestMatch(ranking([1], [Number.NaN]))).toBeUndefined();
});

test("a place without an alignment has no match", () => {
  expect(matchAt(ranking([1, 2]), 0)).toBeNull();
  expect(matchAt(ranking([1, 2], [0.5, 0.25]), 1)).toMatchObject({ alignment: 0.25 });
});

test("an alignment is explained with what is known about it", () => {
  const title = alignmentTitle({ alignment: 0.25, nullPercentile: 0.98, zScore: Number.NaN, nullZScore: 3 });
  expect(title).toContain("Alignment 0.25");
  expect(title).toContain("98 % of unrelated words");
  expect(title).toContain("3.0 standard deviations above unrelated words");
  expect(title).not.toContain("z-score");
  expect(alignmentTitle({ alignment: Number.NaN, nullPercentile: 0, zScore: 0, nullZScore: 0 })).toContain(
    "no examples",
  );
});

test("a weak match says why, in figures where there are any", () => {
  expect(weakness(ranking([1], [0.1], { strength: 0.61 }))).toContain(
    "39 % of unrelated words find a neuron that answers better",
  );
  expect(weakness(ranking([1], [0.1], { strength: null }))).toContain("as well");
});

test("the score that the cards are sorted by is on them", () => {
  expect(cardMeasures("clarity").map(({ key }) => key)).toEqual(["clarity", "polysemanticity", "redundancy"]);
  expect(cardMeasures("firing_rate").map(({ key }) => key)).toEqual([
    "clarity",
    "polysemanticity",
    "firing_rate",
  ]);
});

test("labels are listed with their counts", () => {
  expect(labelsTitle([["frog", 7]])).toBe("Labels of its examples: frog (7)");
  expect(labelsTitle([])).toBe("Its examples have no labels");
});

test("values sort the cards either way, with those without a value last and equal ones in their order", () => {
  const values = [0.5, Number.NaN, 0.9, 0.5, 0.1];
  const cards = ranking([4, 3, 1, 0, 2], [5, 4, 3, 2, 1]);
  expect([...sorted(cards, values, true).order]).toEqual([2, 3, 0, 4, 1]);
  expect([...sorted(cards, values, false).order]).toEqual([4, 3, 0, 2, 1]);
  expect([...sorted(cards, values, true).alignment]).toEqual([1, 4, 2, 5, 3]);
});

test("a query is as strong as it is above unrelated words; an image above the other neurons", () => {
  const match = { alignment: 0.3, nullPercentile: 1, zScore: 2, nullZScore: 5 };
  expect(strengthOf(match)).toBe(5);
  expect(strengthOf({ ...match, nullZScore: Number.NaN })).toBe(2);
});
