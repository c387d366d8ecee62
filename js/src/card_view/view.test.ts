import { expect, test } from "vitest";
import { place, unmovedPage } from "../../tests/unmoved_page";
import { COMMON, surroundings } from "../../tests/world";
import type { CardInfo, CardViewTraits, NumberInfo, RowNumber } from "../generated/traits";
import { written } from "./state/state";
import { showCardView } from "./view";

const HOSTILE = "<img src=x onerror=alert(1)>";
const life = unmovedPage();

const number = (changes: Partial<NumberInfo>): NumberInfo => ({
  key: "clarity",
  title: "Clarity",
  meaning: "how alike",
  is_share: false,
  lower_is_better: false,
  edges: [0, 0.1, 0.2],
  trend: "clarity doesn't change beyond the scatter of components",
  ...changes,
});
const own = (mean: number, counts: number[], apart = true): RowNumber => ({
  mean,
  low: mean - 0.01,
  high: mean + 0.01,
  chance: 0.05,
  counts,
  apart,
});
const row = (name: string, layer: string, numbers: RowNumber[]) => ({
  name,
  layer,
  n_components: 30,
  n_dead: 2,
  numbers,
});
const SHARE = number({ key: "clear", title: "Clearer than chance", is_share: true, edges: [0, 0.5, 1] });
const CARD: CardInfo = {
  numbers: [number({}), SHARE],
  rows: [
    row("bn2", "bn2", [own(0.12, [10, 18]), own(0.5, [14, 14])]),
    row(HOSTILE, "fc", [own(0.14, [0, 28], false), own(0.25, [21, 7])]),
    row("FakeNet", "", [own(0.13, [10, 46]), own(0.4, [35, 21])]),
  ],
  n_parts: 2,
  one_lens: true,
};

function shown(changes: Partial<CardViewTraits> = {}) {
  const traits = { ...COMMON, card_info: CARD, number: "clarity", ranked: false, bar: [], ...changes };
  const world = surroundings(traits as unknown as CardViewTraits);
  const el = place();
  const card = showCardView({ ...world.options, el, signal: life().signal });
  const names = () => [...el.querySelectorAll("tbody th .slw-card-name")].map((name) => name.textContent);
  const bars = () => [...el.querySelectorAll<HTMLButtonElement>(".slw-card-bar")];
  return { el, card, names, bars, model: world.model };
}

test("a bar is chosen, said in words and given up again", async () => {
  const { el, bars, model } = shown();
  expect(bars()[1]?.getAttribute("aria-label")).toBe("18 neurons of bn2: clarity 0.100 to 0.200");
  bars()[1]?.click();
  expect(model.get("bar")).toEqual([0, "clarity", 1]);
  await Promise.resolve();
  expect(el.querySelector(".slw-status")?.textContent).toContain("18 neurons of bn2");
  expect(bars()[1]?.getAttribute("aria-pressed")).toBe("true");
  bars()[1]?.click();
  expect(model.get("bar")).toEqual([]);
});

test("in a share, the neurons with the property come first", () => {
  const { bars } = shown();
  expect(
    bars()
      .slice(2, 4)
      .map((bar) => bar.getAttribute("aria-label")),
  ).toEqual(["14 neurons of bn2: clearer than chance", "14 neurons of bn2: not clearer than chance"]);
});

test("an empty bar can't be chosen", () => {
  expect(shown().bars()[4]?.disabled).toBe(true);
});

test("the ranking puts the most interpretable first, all layers last, and says what is not apart", async () => {
  const { el, card, names } = shown();
  expect(names()).toEqual(["bn2", HOSTILE, "FakeNet, all layers"]);
  card.rank(true);
  await Promise.resolve();
  expect(names()).toEqual([HOSTILE, "bn2", "FakeNet, all layers"]);
  expect(el.querySelectorAll(".slw-card-alike")).toHaveLength(1);
  expect(el.querySelector("img")).toBeNull();
});

test("the trend stands in words above its curve, and a single layer has neither, nor menus for them", () => {
  expect(shown().el.querySelector("figcaption")?.textContent).toContain("Clarity doesn't change");
  const single = { ...CARD, rows: CARD.rows.slice(0, 1), n_parts: 1 };
  expect(shown({ card_info: single }).el.querySelector("figure, select")).toBeNull();
});

test("numbers near 0 are written without an exponent, beside those with three digits", () => {
  expect([0.00993, -0.00082, 0.0130001, 0].map((value) => written(number({}), value))).toEqual([
    "0.00993",
    "−0.00082",
    "0.0130",
    "0",
  ]);
});

test("a click on a layer shows it in the linked widgets", () => {
  const { el, model } = shown();
  el.querySelectorAll<HTMLButtonElement>("tbody th button")[1]?.click();
  expect(model.get("layer")).toBe("fc");
});
