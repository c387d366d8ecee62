import { afterEach, expect, test, vi } from "vitest";
import { cluster, encodingReply, FOUR, mapReply, world } from "../../../tests/map_world";
import { settled } from "../../../tests/patient_kernel";
import { box } from "../points/lasso";
import { unitsToSteps } from "../points/space";
import { asCode } from "./code";

afterEach(() => {
  vi.useRealTimers();
});

test("the first map is asked for by what the traits say, and its clusters colour it at once", async () => {
  const { kernel, map } = await world({}, { kinds: [0, 0, 255, 255] });
  expect(kernel.of("map")).toHaveLength(1);
  expect(kernel.last("map").params).toEqual({ layers: ["bn2"], method: "umap" });
  expect(kernel.of("encoding")).toHaveLength(0);
  expect(map.colours.colouring.value?.encoding).toBe("cluster");
  expect(map.layout.waiting.value).toBe(false);
});

test("typing colours by alignment once, after a pause, whatever the colours said before", async () => {
  const { kernel, model, map } = await world({ encoding: "cluster" });
  vi.useFakeTimers();
  for (const text of ["b", "bi", "bird "]) {
    map.query.type(text);
    vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(50);
  await settled();
  expect([model.get("query"), model.get("encoding")]).toEqual(["bird", "alignment"]);
  expect(kernel.of("encoding").map(({ params }) => params)).toEqual([
    { layers: ["bn2"], encoding: "alignment", query: "bird", query_image: "" },
  ]);
});

test("a query that comes from a cell leaves the colours as the cell wants them", async () => {
  const { kernel, model } = await world({ encoding: "clarity" });
  model.set("query", "bird");
  await settled();
  expect(model.get("encoding")).toBe("clarity");
  expect(kernel.last("encoding").params).toMatchObject({ encoding: "clarity" });
});

test("a stale answer is never shown", async () => {
  const { kernel, map } = await world();
  map.query.ask("bird");
  await settled();
  const stale = kernel.last("encoding");
  map.query.ask("fish");
  await settled();
  kernel.last("encoding").answer(encodingReply([0, 0, 0, 0.5]));
  await settled();
  stale.answer(encodingReply([0.9, 0, 0, 0]));
  await settled();
  expect(map.colours.colouring.value?.query).toBe("fish");
  expect(map.colours.waiting.value).toBe(false);
});

test("the old colours stay while the new ones are under way", async () => {
  const { map } = await world();
  const before = map.colours.colouring.value;
  map.query.ask("bird");
  await settled();
  expect(map.colours.waiting.value).toBe(true);
  expect(map.colours.colouring.value).toBe(before);
});

test("a layer switched in the middle of a request shows neither its points nor its colours", async () => {
  const { kernel, map } = await world({ query: "bird" });
  kernel.last("encoding").answer(encodingReply([0.1, 0.2, 0.3, 0.4]));
  await settled();
  map.chooseLayer("fc");
  await settled();
  const [points, colours] = [kernel.last("map"), kernel.last("encoding")];
  map.chooseLayer("bn2");
  await settled();
  points.answer(mapReply([1, 1, 2, 2], { layers: { fc: 2 } }));
  colours.answer(encodingReply([0.9, 0.8]));
  await settled();
  expect(map.layout.points.value?.layers[0]?.name).toBe("bn2");
  expect(map.colours.colouring.value?.values).toHaveLength(4);
});

test("colours that come before their points wait for them", async () => {
  const { kernel, map } = await world({ query: "bird" });
  kernel.last("encoding").answer(encodingReply([0.1, 0.2, 0.3, 0.4]));
  await settled();
  map.chooseLayer("fc");
  await settled();
  kernel.last("encoding").answer(encodingReply([0.5, 0.6]));
  await settled();
  expect(map.colours.colouring.value?.values).toHaveLength(4);
  kernel.last("map").answer(mapReply([1, 1, 2, 2], { layers: { fc: 2 } }));
  await settled();
  expect([...(map.colours.colouring.value?.values ?? [])].map((value) => value.toFixed(1))).toEqual([
    "0.5",
    "0.6",
  ]);
});

test("PCA is shown until UMAP is there, then its clusters, then their names, and each is asked for once", async () => {
  const { kernel, map } = await world({}, { changes: { method: "pca", final: false } });
  expect(kernel.last("map_update").params).toMatchObject({ layers: ["bn2"], method: "umap", have: "pca" });
  expect(map.layout.improving.value).toEqual({ done: 0, total: 1, what: "UMAP" });
  kernel.last("map_update").options.onProgress?.({ done: 60, total: 100, what: "UMAP" });
  expect([map.layout.improving.value?.done, map.layout.points.value?.method]).toEqual([60, "pca"]);
  kernel
    .last("map_update")
    .answer(mapReply(FOUR, { changes: { final: false, clustered: false, clusters: [] } }));
  await settled();
  expect([map.layout.improving.value?.what, map.layout.points.value?.method]).toEqual(["clusters", "umap"]);
  expect(kernel.last("map_update").params).toMatchObject({ have: "umap", clustered: false });
  kernel.last("map_update").answer(mapReply(FOUR, { changes: { final: false, clusters: [cluster("")] } }));
  await settled();
  expect([map.layout.improving.value?.what, map.layout.points.value?.clusters[0]?.name]).toEqual([
    "names",
    "",
  ]);
  expect(kernel.last("map_update").params).toMatchObject({ have: "umap", clustered: true });
  kernel.last("map_update").answer(mapReply(FOUR));
  await settled();
  expect([map.layout.improving.value, map.layout.points.value?.clusters[0]?.name]).toEqual([null, "bird"]);
  expect([kernel.of("map").length, kernel.of("map_update").length]).toEqual([1, 3]);
});

test("a layout that fails says so, leaves the PCA, and can be tried again", async () => {
  const { kernel, map } = await world({}, { changes: { method: "pca", final: false } });
  kernel.last("map_update").fail(new Error("UMAP failed (1): no memory"));
  await settled();
  expect(map.failures.current.value).toMatchObject({ what: "The map could not be improved" });
  expect([map.layout.improving.value, map.layout.points.value?.method]).toEqual([null, "pca"]);
  map.failures.retry();
  kernel.last("map").answer(mapReply(FOUR));
  await settled();
  expect([kernel.of("map").length, map.layout.points.value?.method]).toEqual([2, "umap"]);
});

test("another layer gives up the better layout of the one before", async () => {
  const { kernel, map } = await world({}, { changes: { method: "pca", final: false } });
  const before = kernel.last("map_update");
  expect(before.options.slot).toBe("map");
  map.chooseLayer("fc");
  await settled();
  expect(kernel.last("map").options.slot).toBe(before.options.slot);
  before.answer(mapReply(FOUR));
  before.options.onProgress?.({ done: 1, total: 2, what: "UMAP" });
  await settled();
  expect([map.layout.improving.value, map.layout.points.value?.method]).toEqual([null, "pca"]);
});

test("a map that fails says so and can be tried again", async () => {
  const { kernel, map } = await world();
  void map.layout.load();
  kernel.last("map").fail(new Error("no memory"));
  await settled();
  expect(map.failures.current.value).toMatchObject({
    what: "The map could not be loaded",
    message: "no memory",
  });
  map.failures.retry();
  expect(kernel.of("map")).toHaveLength(3);
  expect(map.layout.points.value?.n).toBe(4);
});

test("a query that fails is told next to the box", async () => {
  const { kernel, map } = await world();
  map.query.ask("#99");
  await settled();
  kernel.last("encoding").fail(new Error("layer 'bn2' has components 0 to 3, not '#99'"));
  await settled();
  expect(map.colours.queryError.value).toContain("#99");
  expect(map.failures.current.value).toBeNull();
});

test("half-typed text is no query yet and warns of nothing; a pause or Enter ends the typing", async () => {
  const { kernel, model, map } = await world({ query: "fruit" });
  kernel.last("encoding").answer(encodingReply([0, 0.1, 0.2, 0.5]));
  await settled();
  vi.useFakeTimers();
  for (const text of ["fruit -", 'fruit - "palm', "like #"]) {
    map.query.type(text);
    vi.advanceTimersByTime(5000);
    expect(model.get("query")).toBe("fruit");
  }
  map.query.type("like #99");
  vi.advanceTimersByTime(200);
  expect(model.get("query")).toBe("like #99");
  await settled();
  kernel.last("encoding").fail(new Error("there is no #99"));
  await settled();
  expect(map.queryError.value).toBeNull();
  vi.advanceTimersByTime(1000);
  expect(map.queryError.value).toBe("there is no #99");
  map.query.type("like #");
  map.query.submit();
  expect(model.get("query")).toBe("like #");
});

test("clicking selects, with Ctrl it adds and takes away", async () => {
  const { model, map } = await world({}, { signed: true });
  map.select(2, "only");
  expect(model.get("selection")).toEqual(["bn2:0-"]);
  expect([...map.selection.points.value]).toEqual([2]);
  map.select(1, "toggle");
  expect(model.get("selection")).toEqual(["bn2:0-", "bn2:1"]);
  map.select(2, "toggle");
  expect(model.get("selection")).toEqual(["bn2:1"]);
});

test("names that a cell selects are found on the map, those of other layers are left alone", async () => {
  const { model, map } = await world();
  model.set("selection", ["bn2:1", "bn2:3", "fc:0", "nonsense"]);
  expect([...map.selection.points.value]).toEqual([1, 3]);
});

test("a lasso selects what lies in it, but for what the legend has switched off", async () => {
  const { model, map } = await world({}, { kinds: [0, 255, 255, 255] });
  const lowerHalf = [
    [0, 0],
    [1, 0],
    [1, 0.5],
    [0, 0.5],
  ] as const;
  map.selection.lasso(lowerHalf, "only");
  expect(model.get("selection")).toEqual(["bn2:0", "bn2:1"]);
  expect(map.said.value).toBe("2 neurons selected");
  map.filter.value = { by: "kind", hidden: new Set([0]) };
  map.selection.lasso(lowerHalf, "only");
  expect(model.get("selection")).toEqual(["bn2:1"]);
});

test("a lasso selects at most 500 and says how many lie in it", async () => {
  const { model, map } = await world(
    {},
    {},
    Array.from({ length: 1200 }, (_, i) => 50 * i),
  );
  map.selection.lasso(box([0, 0], [1, 1]), "only");
  expect(model.get("selection")).toHaveLength(500);
  expect(map.said.value).toBe("600 neurons inside, the first 500 selected");
  expect(map.selection.shortfall.value).toBe(map.said.value);
});

test("the pointer finds points, but none that the legend has switched off", async () => {
  const { map } = await world({}, { kinds: [0, 255, 255, 255] });
  const points = map.layout.points.value;
  expect(map.pointAt([450, 270])).toBeNull();
  const near = map.pointAt(
    [450 - 0.48 * map.sight.view.value.fit, 270 + 0.48 * map.sight.view.value.fit],
    40,
  );
  expect(near).toBe(0);
  map.filter.value = { by: "kind", hidden: new Set([0]) };
  expect(
    map.pointAt([450 - 0.48 * map.sight.view.value.fit, 270 + 0.48 * map.sight.view.value.fit], 40),
  ).toBeNull();
  expect(points && unitsToSteps(points.space, [0.5, 0.5])[0]).toBe(32767);
});

test("arrows walk from neighbour to neighbour and Escape undoes one thing at a time", async () => {
  const { map } = await world({ selection: ["bn2:0"] });
  map.focus.step("right");
  const first = map.focus.active.value;
  expect(first).not.toBeNull();
  map.focus.active.value = 0;
  map.focus.step("right");
  expect(map.focus.active.value).toBe(1);
  map.focus.step("up");
  expect(map.focus.active.value).toBe(3);
  map.hover.pin(3);
  map.tool.value = "lasso";
  const left = () => [
    map.tool.value,
    map.hover.card.value,
    map.focus.active.value,
    map.selection.points.value.size,
  ];
  for (const state of [
    ["pan", 3, 3, 1],
    ["pan", null, 3, 1],
    ["pan", null, null, 1],
    ["pan", null, null, 0],
  ]) {
    map.escape();
    expect(left()).toEqual(state);
  }
});

test("where one looks is saved after a pause, and a cell that says where is followed", async () => {
  const { model, map } = await world();
  vi.useFakeTimers();
  map.sight.look({ x: 0.25, y: 0.75, zoom: 3 });
  expect(model.get("camera")).toEqual([0.5, 0.5, 1]);
  vi.advanceTimersByTime(300);
  expect(model.get("camera")).toEqual([0.25, 0.75, 3]);
  expect(map.sight.goal.value).toBeNull();
  model.set("camera", [0.1, 0.2, 500]);
  expect(map.sight.goal.value).toEqual({ x: 0.1, y: 0.2, zoom: 80 });
});

test("clusters that come later leave the view where it is, other positions take it home", async () => {
  const { kernel, map } = await world({}, { changes: { final: false } });
  map.sight.look({ x: 0.25, y: 0.75, zoom: 3 });
  kernel.last("map_update").answer(mapReply(FOUR, { kinds: [0, 0, 0, 255], changes: { final: false } }));
  await settled();
  expect(map.sight.goal.value).toBeNull();
  kernel.last("map_update").answer(mapReply([...FOUR].reverse()));
  await settled();
  expect(map.sight.goal.value).toEqual({ x: 0.5, y: 0.5, zoom: 1 });
});

test("another layer forgets what pointed at points by number", async () => {
  const { kernel, map } = await world();
  map.hover.pin(3);
  map.focus.active.value = 3;
  map.chooseLayer("fc");
  await settled();
  expect(map.focus.active.value).toBe(3);
  kernel.last("map").answer(mapReply([1, 1, 2, 2], { layers: { fc: 2 } }));
  await settled();
  expect([map.focus.active.value, map.hover.card.value]).toEqual([null, null]);
});

test("all layers on one map can be told apart by colour", async () => {
  const { kernel, map } = await world({ layer: "", encoding: "layer" });
  expect(kernel.last("map").params).toMatchObject({ layers: ["bn2", "fc"] });
  void map.layout.load();
  kernel.last("map").answer(mapReply([...FOUR, 5, 5, 6, 6], { layers: { bn2: 4, fc: 2 } }));
  await settled();
  expect([...(map.colours.colouring.value?.values ?? [])]).toEqual([0, 0, 0, 0, 1, 1]);
  expect(kernel.of("encoding")).toHaveLength(0);
});

test("the query's own place is marked, and nothing where nobody can say", async () => {
  const { kernel, map } = await world({ query: "bird" }, { bounds: [0, 0, 10, 10] });
  kernel.last("probe").answer({ result: { x: 5, y: 2.5 }, buffers: [] });
  await settled();
  expect(map.probe.value).toEqual({ text: "bird", at: [0.5, 0.25] });
  map.query.ask("fish");
  await settled();
  kernel.last("probe").answer({ result: { x: null, y: null }, buffers: [] });
  await settled();
  expect(map.probe.value).toBeNull();
});

test("the view as code, with quotes in a query harmless", async () => {
  const { map } = await world({ query: 'say "hi"\\', encoding: "clarity", selection: ["bn2:1"] });
  expect(asCode("ConceptMap", map.traits)).toBe(
    'concept_map = slw.ConceptMap(lens, layer="bn2", query="say \\"hi\\"\\\\", encoding="clarity")\nconcept_map.selection = ["bn2:1"]',
  );
});

test("the code says how examples are shown where the lens would show them otherwise", async () => {
  const choices = { examples_choices: ["frame", "crop"] };
  const code = async (as: "frame" | "crop") =>
    asCode("Explorer", (await world({ ...choices, examples_as: as })).map.traits);
  expect(await code("crop")).toBe('explorer = slw.Explorer(lens, layer="bn2")');
  expect(await code("frame")).toBe('explorer = slw.Explorer(lens, layer="bn2", examples_as="frame")');
});

test("a filter does not outlive the colours it was made for", async () => {
  const { kernel, map } = await world({ query: "bird" });
  kernel.last("encoding").answer(encodingReply([0, 0.1, 0.2, 0.5]));
  await settled();
  map.filter.value = { by: "range", from: 0.2, to: 0.5 };
  map.query.ask("fish");
  await settled();
  kernel.last("encoding").answer(encodingReply([0, 0.1, 0.2, 0.6]));
  await settled();
  expect(map.filter.value).toBeNull();
});
