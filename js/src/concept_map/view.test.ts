import { expect, test, vi } from "vitest";
import { FakeModel } from "../../tests/fake_model";
import { card } from "../../tests/gallery_world";
import { cluster, encodingReply, FOUR, type MapReplyOptions, mapReply, traits } from "../../tests/map_world";
import { PatientKernel, settled } from "../../tests/patient_kernel";
import { place, unmovedPage } from "../../tests/unmoved_page";
import { BEYOND, LEVELS, MISSING } from "./colours/palettes";
import { NOWHERE } from "./points/space";
import { showConceptMap } from "./view";

const HOSTILE = "<img src=x onerror=alert(1)>";
const life = unmovedPage();

async function shown(changes = {}, reply: MapReplyOptions = {}, until = ".slw-map-kind") {
  const el = place();
  const kernel = new PatientKernel();
  const model = new FakeModel(traits(changes));
  const map = showConceptMap({ el, kernel, model, signal: life().signal });
  await settled();
  kernel.last("map").answer(mapReply(FOUR, reply));
  await vi.waitUntil(() => el.querySelector(".slw-map-stage") !== null);
  map.sight.size.value = { width: 900, height: 540 };
  await vi.waitUntil(() => el.querySelector(until) !== null);
  return { el, kernel, model, map };
}

const clusters = [cluster(HOSTILE, { sample: null })];

test("a hostile label stays text, on the map and in the legend", async () => {
  const { el } = await shown({}, { kinds: [0, 0, 255, 255], changes: { clusters } });
  await vi.waitUntil(() => el.querySelector(".slw-map-name") !== null);
  expect(el.querySelector("img")).toBeNull();
  expect(el.querySelector(".slw-map-name")?.textContent).toContain("<img src=x");
  expect(el.querySelector(".slw-map-kind")?.textContent).toContain(HOSTILE);
});

test("clusters are not counted while a better layout is being computed", async () => {
  const { el, kernel } = await shown(
    {},
    { changes: { final: false, clustered: false, clusters: [] } },
    ".slw-doing",
  );
  expect(el.querySelector(".slw-status")?.textContent).toBe("4 neuronsfinding clusters …");
  expect(el.querySelector(".slw-map-legend")?.textContent).toContain("not found yet");
  await vi.waitUntil(() => kernel.of("map_update").length > 0);
  kernel.last("map_update").answer(mapReply(FOUR, { kinds: [0, 0, 255, 255] }));
  await vi.waitUntil(() => el.querySelector(".slw-status")?.textContent?.includes("1 cluster"));
});

test("dead neurons have no place on the map, and their number is said", async () => {
  const { el, kernel } = await shown({}, { changes: { final: false } }, ".slw-doing");
  await vi.waitUntil(() => kernel.of("map_update").length > 0);
  kernel.last("map_update").answer(mapReply([0, 0, NOWHERE, NOWHERE, 0, 9, NOWHERE, NOWHERE]));
  await vi.waitUntil(() => el.querySelector(".slw-status")?.textContent?.includes("dead"));
  const status = el.querySelector(".slw-status");
  expect(status?.textContent).toContain("4 neurons2 dead");
  expect(status?.querySelector<HTMLElement>("[title]")?.title).toContain("Never active");
});

test("the best neuron of a layer with negative halves has the name of its half", async () => {
  const { el, kernel } = await shown({ query: "bird" }, { signed: true }, ".slw-status");
  await vi.waitUntil(() => kernel.of("encoding").length > 0);
  kernel.last("encoding").answer(encodingReply([0.1, 0.2, 0.3, 0.9]));
  await vi.waitUntil(() => el.querySelector(".slw-best") !== null);
  expect(el.querySelector(".slw-best .slw-link")?.textContent).toBe("bn2:1-");
});

test("a query without an answer leaves the last one, dimmed and named", async () => {
  const { el, kernel, model } = await shown({ query: "fruit" }, {}, ".slw-status");
  await vi.waitUntil(() => kernel.of("encoding").length > 0);
  kernel.last("encoding").answer(encodingReply([0.1, 0.2, 0.3, 0.9]));
  await vi.waitUntil(() => el.querySelector(".slw-best") !== null);
  model.set("query", "#99");
  await vi.waitUntil(() => kernel.of("encoding").length > 1);
  kernel.last("encoding").fail(new Error("there is no #99"));
  await vi.waitUntil(() => el.querySelector(".slw-stale") !== null);
  expect(el.querySelector(".slw-status")?.textContent).toBe("There is no #99showing the last answer: fruit");
});

test("the legend is folded and unfolded", async () => {
  const { el } = await shown({}, { kinds: [0, 0, 255, 255] });
  const title = el.querySelector<HTMLButtonElement>(".slw-map-legend-title");
  title?.click();
  await vi.waitUntil(() => title?.getAttribute("aria-expanded") === "false");
  expect(el.querySelector(".slw-map-kind")).toBeNull();
  title?.click();
  await vi.waitUntil(() => el.querySelector(".slw-map-kind") !== null);
});

test("a cluster whose members prefer no name to the next says both, on the map and in the legend", async () => {
  const clusters = [cluster("hair", { size: 12, runner_up: "flower", is_close: true }), cluster("")];
  const { el } = await shown({}, { kinds: [0, 0, 1, 255], changes: { clusters } });
  await vi.waitUntil(() => el.querySelector(".slw-map-name") !== null);
  const kind = el.querySelector<HTMLElement>(".slw-map-kind");
  expect(kind?.textContent).toBe("hair or flower92 % of 12");
  expect(el.querySelector(".slw-map-name")?.textContent).toBe("hair or flower92 % of 12");
  expect(kind?.title).toContain("Next best word: flower, no worse by more than chance");
  expect(kind?.title).toContain("as good as the foundation model");
});

test("a cluster has its name and the share that agrees with it, one without a name only its size", async () => {
  const clusters = [cluster("bird", { size: 1200 }), cluster("")];
  const { el } = await shown({}, { kinds: [0, 0, 1, 255], changes: { clusters } });
  await vi.waitUntil(() => el.querySelector(".slw-map-name") !== null);
  const kinds = [...el.querySelectorAll(".slw-map-kind")].map((kind) => kind.textContent);
  expect(kinds).toEqual(["bird92 % of 1,200", "around bn2:32", "in no cluster1"]);
  expect(el.querySelector(".slw-map-name")?.textContent).toBe("bird92 % of 1,200");
  expect(el.querySelector<HTMLElement>(".slw-map-kind")?.title).toContain("10 % of all others");
});

test("clusters beyond the palette share a grey, and the legend says so", async () => {
  const clusters = Array.from({ length: 17 }, (_, kind) => cluster(`kind ${kind}`));
  const { el, map } = await shown({}, { kinds: [0, 15, 16, 255], changes: { clusters } });
  const entries = [...(map.colours.colouring.value?.entries ?? [])];
  expect(entries).toEqual([0, BEYOND, BEYOND, MISSING]);
  expect(el.querySelector(".slw-map-legend")?.textContent).toContain("The last 2 share one grey");
});

test("layers are in their order, in the legend and on a scale of colours", async () => {
  const layers = { a: 1, b: 2, c: 1 };
  const names = Object.entries(layers).map(([name, n_components]) => ({ name, n_components }));
  const { el, map } = await shown({ layer: "", layers: names, encoding: "layer" }, { layers });
  const colouring = map.colours.colouring.value;
  expect(colouring?.palette).toBe("sequential");
  expect([...(colouring?.entries ?? [])]).toEqual([0, 127, 127, LEVELS - 1]);
  const kinds = [...el.querySelectorAll(".slw-map-kind")].map((kind) => kind.textContent);
  expect(kinds).toEqual(["a1", "b2", "c1"]);
});

test("an entry of the legend switches its kind off and on", async () => {
  const { el, map } = await shown({}, { kinds: [0, 0, 255, 255] });
  const entry = el.querySelector<HTMLButtonElement>(".slw-map-kind");
  entry?.click();
  expect(map.filter.value).toEqual({ by: "kind", hidden: new Set([0]) });
  await vi.waitUntil(() => entry?.getAttribute("aria-pressed") === "false");
  entry?.click();
  expect(map.filter.value).toBeNull();
});

test("a card shows the examples as the reader wants them", async () => {
  const { kernel, model, map } = await shown({ examples_as: "crop" });
  map.hover.pin(2);
  await vi.waitUntil(() => kernel.of("cards").length > 0);
  kernel.last("cards").answer({ result: { cards: [card(2, { samples: [8, 9] })] }, buffers: [] });
  await vi.waitUntil(() => kernel.of("example_crops").length > 0);
  const examples = [
    [2, 0],
    [2, 1],
  ];
  expect(kernel.last("example_crops").params).toEqual({ layer: "bn2", examples, size: "small" });
  model.set("examples_as", "frame");
  await vi.waitUntil(() => kernel.of("thumbnails").some(({ params }) => String(params.samples) === "8,9"));
});

test("keys on the map stay out of the notebook around it", async () => {
  const { el, map } = await shown();
  const heard: string[] = [];
  document.body.addEventListener("keydown", (event) => heard.push(event.key), { signal: life().signal });
  const stage = el.querySelector(".slw-map-stage");
  for (const key of ["l", "x", "Escape"])
    stage?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  stage?.dispatchEvent(new KeyboardEvent("keydown", { key: "s", ctrlKey: true, bubbles: true }));
  expect(heard).toEqual(["s"]);
  expect(map.tool.value).toBe("pan");
});

test("at the end everything is given back", async () => {
  const { el, kernel } = await shown();
  life().abort();
  expect(el.childNodes).toHaveLength(0);
  const asked = kernel.asked.length;
  await settled();
  expect(kernel.asked).toHaveLength(asked);
});
