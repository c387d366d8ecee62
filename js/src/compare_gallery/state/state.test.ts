import { expect, test } from "vitest";
import { traits as galleryTraits, rankReply } from "../../../tests/gallery_world";
import { settled } from "../../../tests/patient_kernel";
import { reply, surroundings } from "../../../tests/world";
import { asCode } from "../../comparisons/code";
import type { CompareGalleryTraits } from "../../generated/traits";
import { CompareGallery } from "./state";

const about = { model: "resnet50", foundation_model: "ConSE", n_components: 3, images: "a" };

function traits(changes: Partial<CompareGalleryTraits> = {}): CompareGalleryTraits {
  const { components: _, pinned: __, n_examples_shown: ___, ...common } = galleryTraits();
  const names = ["before", "after", "later"];
  return {
    ...common,
    layer: "",
    layers: names.map((name) => ({ name, n_components: 3 })),
    sides: names.map((name) => ({ ...about, name, layer: "layer4" })),
    pair: ["before", "after"],
    show: "all",
    sort: "strength",
    ...changes,
  };
}

/** Neuron 0 of each side is matched with 2 of the other; 1 stands alone, and 2 shows nothing and has no match. */
async function world(changes: Partial<CompareGalleryTraits> = {}) {
  const { options, kernel, model, ...around } = surroundings(traits(changes));
  const compare = new CompareGallery(options);
  await settled();
  for (const asked of kernel.of("rank")) asked.answer(rankReply([0, 1, 2]));
  await settled();
  // As the cards do.
  const [left = "", right = ""] = model.get("pair");
  for (const pair of [
    [left, right],
    [right, left],
  ] as const)
    void compare.matches.between(...pair);
  for (const asked of kernel.of("nearest")) asked.answer(nearest());
  await settled();
  for (const asked of kernel.of("chance")) asked.answer(chance());
  await settled();
  return { kernel, compare, model, ...around };
}

const nearest = () =>
  reply({ n: 3, mutual: 1, similarity: 0.5 }, [
    Int32Array.of(2, 0, -1),
    Float32Array.of(0.5, 0.9, Number.NaN),
    Uint8Array.of(1, 0, 0),
  ]);
const chance = () =>
  reply({ n: 3, matched: 1, alone: 1, similarity: 0.25 }, [
    Float32Array.of(0.995, 0.6, Number.NaN),
    Uint8Array.of(1, 2, 0),
  ]);

test("each side is ranked for the one query, and neither supersedes the other", async () => {
  const { kernel, model } = await world();
  model.set("query", "bird");
  await settled();
  const asked = kernel.of("rank").slice(-2);
  expect(asked.map(({ params }) => [params.layer, params.query])).toEqual([
    ["before", "bird"],
    ["after", "bird"],
  ]);
  expect(new Set(asked.map(({ options }) => options.slot)).size).toBe(2);
});

test("without a query the most similar come first, with one the strongest", async () => {
  const { kernel, compare, model } = await world();
  const order = () => compare.galleries.map((gallery) => [...(gallery.order.ranking.value?.order ?? [])]);
  expect(order()).toEqual([
    [1, 0, 2],
    [1, 0, 2],
  ]);
  model.set("query", "bird");
  await settled();
  for (const asked of kernel.of("rank").slice(-2)) asked.answer(rankReply([0, 1, 2], [0.1, 0.3, 0.2]));
  await settled();
  expect(order()).toEqual([
    [1, 2, 0],
    [1, 2, 0],
  ]);
  expect(compare.strengths.value).toEqual({ min: 0, max: Math.fround(0.3) });
});

test("a neuron that is visited on one side makes its match active on the other", async () => {
  const { compare } = await world({ sort: "component", descending: false });
  const [before, after] = compare.galleries;
  before.focus.visit(0);
  expect([before.focus.active.value, after.focus.active.value]).toEqual([0, 2]);
  expect(compare.activeOn(1)).toEqual({ layer: "after", component: 2 });
  before.focus.visit(1);
  expect([before.focus.active.value, after.focus.active.value]).toEqual([1, null]);
  before.focus.pointing.hover({ layer: "before", component: 0 });
  expect(after.focus.pointing.hovered.value).toEqual({ layer: "after", component: 2 });
});

test("new cards begin at the top, whatever neuron is current", async () => {
  const { kernel, compare, model } = await world();
  compare.visit({ layer: "before", component: 0 });
  expect(compare.galleries[1].focus.active.value).not.toBeNull();
  model.set("query", "bird");
  await settled();
  for (const asked of kernel.of("rank").slice(-2)) asked.answer(rankReply([0, 1, 2], [0.1, 0.3, 0.2]));
  await settled();
  expect(compare.galleries.map(({ focus }) => focus.active.value)).toEqual([null, null]);
  expect(compare.activeOn(1)).toEqual({ layer: "after", component: 2 });
});

test("what a cell selects is the current neuron", async () => {
  const { compare, model } = await world();
  model.set("selection", ["after:0"]);
  expect(compare.current.value).toEqual({ layer: "after", component: 0 });
  expect(compare.activeOn(0)).toEqual({ layer: "before", component: 2 });
});

test.each([
  ["matched", [1, 1]],
  ["lost", [1, 3]],
  ["gained", [3, 1]],
] as const)("%s neurons are shown on the side that has them", async (show, expected) => {
  const { compare, model } = await world({ show });
  const counts = () => compare.galleries.map(({ order }) => order.ranking.value?.n);
  expect(counts()).toEqual(expected);
  compare.galleries[0].showAll();
  compare.galleries[1].showAll();
  expect([model.get("show"), ...counts()]).toEqual(["all", 3, 3]);
});

test("the later side has lost and the earlier gained nothing, in whichever order they are shown", async () => {
  const { compare } = await world({ show: "lost", pair: ["after", "before"] });
  expect(compare.galleries.map(({ order }) => order.ranking.value?.n)).toEqual([3, 1]);
});

test("an opened neuron is shown beside its nearest, in the order of the sides", async () => {
  const { kernel, compare } = await world({ sort: "component", descending: false });
  compare.galleries[1].focus.openPlace(0);
  await settled();
  const asked = kernel.of("detail").map(({ params }) => params);
  expect(asked).toEqual([
    { layer: "before", component: 2 },
    { layer: "after", component: 0 },
  ]);
  for (const each of kernel.of("detail")) each.answer({ result: {}, buffers: [] });
  await settled();
  expect(compare.opened.compared.value?.neurons.map(({ layer }) => layer)).toEqual(["before", "after"]);
  compare.step(1);
  await settled();
  expect(compare.opened.current.value).toEqual({ layer: "after", component: 1 });
  compare.step(-1);
  compare.step(-1);
  expect(compare.opened.current.value).toEqual({ layer: "after", component: 0 });
});

test("a side that is chosen twice changes places", async () => {
  const { compare, model } = await world();
  compare.chooseSide(0, "later");
  expect(model.get("pair")).toEqual(["later", "after"]);
  compare.chooseSide(1, "later");
  expect(model.get("pair")).toEqual(["after", "later"]);
});

test("the code makes the view again", async () => {
  const { compare } = await world({ query: "bird", show: "lost", selection: ["before:1"] });
  expect(asCode("CompareGallery", compare.traits)).toBe(
    'compare_gallery = slw.CompareGallery(comparison, query="bird", show="lost", pair=["before","after"])\n' +
      'compare_gallery.selection = ["before:1"]',
  );
});

test("matches that cannot be computed say why, and are asked for again", async () => {
  const { options, kernel } = surroundings(traits());
  const compare = new CompareGallery(options);
  await settled();
  kernel.of("rank")[0]?.answer(rankReply([0, 1, 2]));
  await settled();
  void compare.matches.between("before", "after");
  kernel.last("nearest").fail(new Error("no memory"));
  await settled();
  expect(compare.failures.current.value?.message).toBe("no memory");
  const before = kernel.of("nearest").length;
  compare.failures.retry();
  expect(kernel.of("nearest")).toHaveLength(before + 1);
});
