import { expect, test, vi } from "vitest";
import { chanceReply, compareTraits, nearestReply } from "../../../tests/compare_world";
import { mapReply } from "../../../tests/map_world";
import { settled } from "../../../tests/patient_kernel";
import { surroundings } from "../../../tests/world";
import { asCode } from "../../comparisons/code";
import { ARRIVING, hasPlace, LEAVING, NO_KIND, type Points } from "../../concept_map/points/points";
import type { CompareMapTraits } from "../../generated/traits";
import { CompareMap, STEP_MS } from "./state";

const EPOCHS = ["1", "2", "3"];

/** Sides of two components each; matches are asked for once. The first of two is matched, the second is not. */
async function world(names: string[], changes: Partial<CompareMapTraits> = {}, flags = [1, 2]) {
  const { options, kernel, model } = surroundings(compareTraits(names, changes));
  const comparing = new CompareMap(options);
  const { map } = comparing;
  map.sight.size.value = { width: 900, height: 540 };
  await settled();
  const layers = Object.fromEntries(names.map((name) => [name, 2]));
  const xy = names.flatMap((_, side) => [1000 + 9000 * side, 1000, 50_000, 1000 + 9000 * side]);
  kernel.last("map").answer(mapReply(xy, { layers }));
  await settled();
  const answerMatches = async () => {
    for (let i = 0; i < 3; i++) {
      for (const one of kernel.of("nearest")) one.answer(nearestReply([0, 1], [1, 0]));
      for (const one of kernel.of("chance")) one.answer(chanceReply(flags));
      await settled();
    }
  };
  const points = () => map.layout.points.value as Points;
  const placed = () => [0, 1, 2, 3, 4, 5].filter((point) => point < points().n && hasPlace(points(), point));
  return { comparing, map, kernel, model, answerMatches, points, placed };
}

test("until chance is known sides are shown, then what became of each neuron", async () => {
  const { comparing, map, answerMatches } = await world(["before", "after"], { encoding: "match" });
  expect(map.colours.colouring.value?.legend.map(({ label }) => label)).toEqual(["before", "after"]);
  await answerMatches();
  const { legend = [], values } = map.colours.colouring.value ?? {};
  expect(legend.map(({ label, counted, count }) => [label, counted ?? count])).toEqual([
    ["matched", "1 · 1"],
    ["lost", "1"],
    ["gained", "1"],
    ["unclear", "0"],
  ]);
  expect([...(values ?? [])]).toEqual([0, 1, 0, 2]);
  comparing.showAlone("gained");
  expect(map.filter.value).toMatchObject({ by: "kind", hidden: new Set([0, 1, 3, NO_KIND]) });
});

test("a kind is shown alone as soon as its colours are there", async () => {
  const { comparing, map, model, answerMatches } = await world(["before", "after"]);
  comparing.showAlone("lost");
  await answerMatches();
  expect(model.get("encoding")).toBe("match");
  expect(map.colours.colouring.value?.encoding).toBe("match");
  expect(map.filter.value).toMatchObject({ by: "kind", hidden: new Set([0, 2, 3, NO_KIND]) });
});

test("the next neuron without a match gets the keys and its card", async () => {
  const { comparing, map, answerMatches } = await world(["before", "after"], { encoding: "match" });
  await answerMatches();
  comparing.nextUnmatched();
  expect([map.focus.active.value, map.hover.card.value]).toEqual([1, 1]);
  comparing.nextUnmatched();
  expect(map.focus.active.value).toBe(3);
  comparing.nextUnmatched();
  expect(map.focus.active.value).toBe(1);
});

test("a series shows one side, and the neurons of the one before that are lost", async () => {
  const { comparing, answerMatches, points, placed } = await world(EPOCHS);
  await answerMatches();
  expect(placed()).toEqual([0, 1]);
  comparing.step(1);
  await settled();
  expect(placed()).toEqual([1, 2, 3]);
  expect(points().layers.map(({ hollow }) => hollow)).toEqual([true, false, false]);
  expect((points().change?.states[1] ?? 0) & LEAVING).toBe(LEAVING);
});

test("neurons move along mutual matches above chance alone, and others fade in", async () => {
  const { comparing, answerMatches, points } = await world(EPOCHS);
  await answerMatches();
  comparing.step(1);
  await settled();
  expect([...(points().change?.origin ?? [])].slice(2, 4)).toEqual([0, -1]);
  expect(points().change?.states[3]).toBe(ARRIVING);
  comparing.step(-1);
  await settled();
  expect(points().change?.origin[0]).toBe(2);
});

test("steps end at both ends, and play at the last one", async () => {
  vi.useFakeTimers();
  const { comparing, model } = await world(EPOCHS);
  comparing.step(-1);
  expect(model.get("step")).toBe(0);
  comparing.togglePlay();
  await vi.advanceTimersByTimeAsync(2 * STEP_MS + 10);
  expect(model.get("step")).toBe(2);
  expect(comparing.playing.value).toBe(false);
  comparing.togglePlay();
  expect(model.get("step")).toBe(0);
  vi.useRealTimers();
});

test("the neuron that handles keys goes along with its match", async () => {
  const { comparing, map, answerMatches } = await world(EPOCHS);
  await answerMatches();
  map.focus.visit(0);
  comparing.step(1);
  expect(map.focus.active.value).toBe(2);
  map.focus.visit(3);
  comparing.step(1);
  expect(map.focus.active.value).toBeNull();
});

test("the view as code", async () => {
  const { comparing } = await world(EPOCHS, {
    query: "bird",
    encoding: "match",
    step: 1,
    selection: ["2:1"],
  });
  expect(asCode("CompareMap", comparing.traits.signals, comparing.usual()).split("\n")).toEqual([
    'compare_map = slw.CompareMap(comparison, query="bird", encoding="match")',
    "compare_map.step = 1",
    'compare_map.selection = ["2:1"]',
  ]);
});
