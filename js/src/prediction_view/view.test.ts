import { expect, test, vi } from "vitest";
import { type Asked, settled } from "../../tests/patient_kernel";
import { place, unmovedPage } from "../../tests/unmoved_page";
import { COMMON, reply, surroundings } from "../../tests/world";
import type { ExplainedRow, ExplainResult, SteerResult } from "../generated/protocol";
import type { PredictionViewTraits } from "../generated/traits";
import { showPredictionView } from "./view";

const HOSTILE = "<img src=x onerror=alert(1)>";
const life = unmovedPage();
const TRAITS = {
  ...{
    asking: "a",
    by: "relevance",
    class_name: "",
    component: "",
    contrast_class: "",
    contrast_picture: "",
  },
  ...{ contrast_sample: null, factors: {}, has_model: true, n_images: 40, picture: "", place: [], sample: 3 },
};
const ABOUT: ExplainResult = {
  own: { class_name: "ox", output: 3, rest: 0.5, sample: 3, label: "ox", name: HOSTILE },
  contrast: null,
  outputs: [
    { name: "ox", value: 3, probability: 0.75, yes: null },
    { name: "bee", value: 2, probability: 0.2, yes: null },
  ],
  classes: ["ox", "bee"],
  n_components: 4,
  signed: false,
  grid: [2, 4],
  sides: [20, 40],
  n_compared: 39,
  has_model: true,
  notes: [],
};
const row = (component: number, relevance: number, changes: Partial<ExplainedRow> = {}): ExplainedRow => ({
  ...{ component, name: `bn2:${component}`, label: "", score: 1, percentile: 0.9, rank: 4, relevance },
  ...{ relevance_contrast: null, difference: null, alignment: null, strength: null, here: null },
  ...changes,
});
const others = { n: 2, relevance: 0.25, relevance_contrast: null, difference: null };
const ROWS = {
  rows: [row(2, 2, { label: HOSTILE }), row(0, -0.75)],
  also: [],
  others: { ...others, relevance: 1.25 },
  n: 4,
  caveat: "",
};

async function shown(changes: Partial<PredictionViewTraits> = {}, about: Partial<ExplainResult> = {}) {
  const world = surroundings({ ...COMMON, ...TRAITS, ...changes } as unknown as PredictionViewTraits);
  const el = place();
  const view = showPredictionView({ ...world.options, el, signal: life().signal });
  const next = async (kind: string, n = 1): Promise<Asked> => {
    await vi.waitUntil(() => world.kernel.of(kind).length >= n);
    return world.kernel.last(kind);
  };
  (await next("explain")).answer(reply({ ...ABOUT, ...about }));
  (await next("explain_rows")).answer(reply(ROWS));
  await vi.waitUntil(() => el.querySelector("tfoot") !== null);
  const button = (selector: string) => el.querySelector<HTMLButtonElement>(selector);
  return { el, view, next, button, ...world };
}

const press = (el: Element | null, key: string) =>
  el?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

test("the rows, all others and the rest are said to sum to the output", async () => {
  const { el } = await shown();
  const last = [...el.querySelectorAll("tfoot tr")].map((line) => line.textContent);
  expect(last).toHaveLength(4);
  expect(last[0]).toContain("the 2 neurons above+1.3");
  expect(last[1]).toContain("2 other neurons+1.3");
  expect(last[2]).toContain("bias and rest+0.50");
  expect(last[3]).toContain("output+3.0");
  expect(el.querySelectorAll("img[onerror]").length).toBe(0);
  expect(el.querySelector(".slw-row-label")?.textContent).toBe(HOSTILE);
});

test("arrow keys move a cell over the image and Escape goes back", async () => {
  const { button, model, next } = await shown();
  press(button(".slw-places"), "ArrowRight");
  expect(model.get("place")).toEqual([25, 15]);
  press(button(".slw-places"), "ArrowRight");
  press(button(".slw-places"), "ArrowRight");
  press(button(".slw-places"), "ArrowUp");
  expect(model.get("place")).toEqual([35, 5]);
  expect((await next("explain_rows", 2)).params.place).toEqual([35, 5]);
  press(button(".slw-places"), "Escape");
  expect(model.get("place")).toEqual([]);
});

test("a place asks for no effects, which its rows do not show", async () => {
  const { view, next, kernel } = await shown();
  (await next("explain_effects")).answer(reply({ effects: [1, 2] }));
  view.lookAt([5, 5]);
  (await next("explain_rows", 2)).answer(reply({ ...ROWS, rows: [row(3, 1)] }));
  await vi.waitUntil(() => view.rows.value?.at.length === 2);
  await settled();
  expect(kernel.of("explain_effects")).toHaveLength(1);
  view.lookAt(null);
  (await next("explain_rows", 3)).answer(reply({ ...ROWS, rows: [row(3, 1)] }));
  expect((await next("explain_effects", 2)).params.components).toEqual([3]);
});

test("a page says how many of the neurons at a place it keeps", async () => {
  const { el, view, next, kernel } = await shown();
  kernel.become("kept");
  view.lookAt([5, 5]);
  (await next("explain_rows", 2)).answer(reply({ ...ROWS, rows: [row(3, 1)], n: 9 }));
  await vi.waitUntil(() => el.querySelector(".slw-at-place") !== null);
  expect(el.querySelector(".slw-at-place")?.textContent).toContain(
    "9 neurons fire at this place; this page keeps the strongest 1",
  );
});

test("a place that is left before its answer comes does not take the next one back", async () => {
  const { button, model, next } = await shown();
  press(button(".slw-places"), "ArrowRight");
  const early = await next("explain_rows", 2);
  press(button(".slw-places"), "ArrowRight");
  const late = await next("explain_rows", 3);
  early.fail(Object.assign(new Error("superseded"), { name: "AbortError" }));
  await settled();
  expect(model.get("place")).toEqual([35, 15]);
  late.fail(new Error("outside"));
  await vi.waitUntil(() => (model.get("place") as number[]).length === 0);
});

test("a neuron opens with its heat map and its examples, and linked views visit it", async () => {
  const { button, next, model, elsewhere } = await shown();
  button(".slw-row-name")?.click();
  expect([model.get("component"), model.get("selection")]).toEqual(["bn2:2", ["bn2:2"]]);
  expect((await next("explain_heatmap")).params.component).toBe(2);
  expect((await next("detail")).params).toEqual({ layer: "bn2", component: 2 });
  expect(elsewhere.visited.value).toEqual({ layer: "bn2", component: 2 });
  button(".slw-row-name")?.click();
  expect(model.get("component")).toBe("");
});

test("effects come in turns, and those of another image are dropped", async () => {
  const { el, next, view } = await shown();
  const first = await next("explain_effects");
  expect(first.params.components).toEqual([2, 0]);
  view.chooseSample(4);
  (await next("explain", 2)).answer(reply({ ...ABOUT, own: { ...ABOUT.own, sample: 4 } }));
  await vi.waitUntil(() => view.shown.value?.own.sample === 4);
  first.answer(reply({ effects: [9, 9] }));
  (await next("explain_rows", 2)).answer(reply(ROWS));
  (await next("explain_effects", 2)).answer(reply({ effects: [1.5, -0.5] }));
  await vi.waitUntil(() => view.effects.value.size === 2);
  const cells = () => [...el.querySelectorAll("[data-name=Effect]")].map((cell) => cell.textContent);
  await vi.waitUntil(() => cells()[0] === "1.5");
  expect(cells()).toEqual(["1.5", "−0.50"]);
});

const STEERED: SteerResult = {
  answer: "bee",
  outputs: [
    { name: "bee", value_before: 2, value_after: 4, probability_before: 0.2, probability_after: 0.8 },
    { name: "ox", value_before: 3, value_after: 1, probability_before: 0.75, probability_after: 0.1 },
  ],
};

test("steering follows the slider: an answer to earlier factors doesn't replace a later one", async () => {
  const { el, view, next, model } = await shown();
  view.steering.set(["bn2:2"], 0.5);
  const early = await next("steer");
  view.steering.set(["bn2:2"], 0);
  const late = await next("steer", 2);
  expect([early.options.slot, late.params.factors]).toEqual(["steer", [{ component: "bn2:2", factor: 0 }]]);
  expect(view.steering.busy.value).toBe(true);
  early.fail(Object.assign(new Error("superseded"), { name: "AbortError" }));
  late.answer(reply(STEERED));
  await vi.waitUntil(() => view.steering.steered.value !== null);
  await vi.waitUntil(() => el.querySelector(".slw-output")?.textContent?.includes("→ 80 %"));
  expect(el.querySelector(".slw-steered")?.textContent).toContain("what it has learned");
  view.steering.reset();
  expect(model.get("factors")).toEqual({});
  await vi.waitUntil(() => view.steering.steered.value === null);
});

test("a factor of 1 gives a neuron up, and near 1 nothing is said", async () => {
  const { view } = await shown();
  view.steering.set(["bn2:1", "bn2:2"], 1.2);
  expect(view.steering.caveat.value).toBe("");
  view.steering.set(["bn2:1"], 1);
  expect(view.steering.factors.value).toEqual({ "bn2:2": 1.2 });
});

test("a file that is no image, and an image that cannot be explained, lose nothing", async () => {
  const { el, view, next, model } = await shown();
  await view.useFile(new File(["text"], "a.txt", { type: "text/plain" }));
  expect(view.failures.current.value?.message).toContain("not text/plain");
  view.chooseSample(5);
  (await next("explain", 2)).fail(new Error("the file is broken"));
  await vi.waitUntil(() => model.get("sample") === 3);
  expect(view.failures.current.value?.message).toBe("the file is broken");
  expect(el.querySelector("tfoot")).not.toBeNull();
});

test("a dropped image is explained", async () => {
  const { view, next, model } = await shown();
  void view.useFile(new File(["png"], "a.png", { type: "image/png" }));
  (await next("explain_image")).answer(reply({ handle: "abc" }));
  await vi.waitUntil(() => model.get("picture") === "abc");
  expect(model.get("sample")).toBeNull();
});

test("a file is contrasted with, and one that is no image loses nothing", async () => {
  const { el, view, next, model } = await shown({ contrast_class: "bee" });
  const input = el.querySelector<HTMLInputElement>("[aria-label='Image file to contrast with']");
  const files = (type: string) => ({ value: [new File(["png"], "a", { type })], configurable: true });
  const choose = (type: string) => {
    Object.defineProperty(input, "files", files(type));
    input?.dispatchEvent(new Event("change", { bubbles: true }));
  };
  choose("text/plain");
  await vi.waitUntil(() => view.failures.current.value?.message.includes("not text/plain"));
  expect(view.failures.current.value?.what).toBe("The image could not be contrasted with");
  choose("image/png");
  (await next("explain_image")).fail(new Error("the file is broken"));
  await vi.waitUntil(() => view.failures.current.value?.message === "the file is broken");
  expect(model.get("contrast_class")).toBe("bee");
  choose("image/png");
  (await next("explain_image", 2)).answer(reply({ handle: "abc" }));
  await vi.waitUntil(() => model.get("contrast_picture") === "abc");
  expect([model.get("contrast_class"), model.get("by"), model.get("sample")]).toEqual(["", "difference", 3]);
});

test.each([
  ["left", "explained", 20, "picture"],
  ["right", "contrasted with", 80, "contrast_picture"],
] as const)("an image that is dropped on the %s half is %s", async (_half, _use, clientX, trait) => {
  const { el, next, model } = await shown();
  const frame = el.querySelector<HTMLElement>(".slw");
  if (frame === null) throw new Error("there is no frame");
  frame.getBoundingClientRect = () => ({ left: 0, width: 100 }) as DOMRect;
  const files = [new File(["png"], "a.png", { type: "image/png" })];
  const drop = new MouseEvent("drop", { clientX, bubbles: true });
  frame.dispatchEvent(Object.assign(drop, { dataTransfer: { files, types: ["Files"] } }));
  (await next("explain_image")).answer(reply({ handle: "abc" }));
  await vi.waitUntil(() => model.get(trait) === "abc");
});

test("an image that a linked view sends is explained and scrolled to", async () => {
  const { el, options, view, model } = await shown();
  const { explainers } = options.link;
  const scrolled = vi.spyOn(el, "scrollIntoView");
  view.lookAt([5, 5]);
  for (const explain of explainers) explain(7);
  expect([model.get("sample"), model.get("place"), scrolled.mock.calls.length]).toEqual([7, [], 1]);
  model.set("linked", ["query"]);
  expect(explainers.size).toBe(0);
  model.set("linked", ["sample"]);
  expect(explainers.size).toBe(1);
});

test("another class is explained or contrasted, and the order follows", async () => {
  const { el, view, model } = await shown();
  el.querySelectorAll<HTMLButtonElement>(".slw-output")[1]?.click();
  expect(model.get("class_name")).toBe("bee");
  view.contrastWith("ox");
  expect([model.get("contrast_class"), model.get("by")]).toEqual(["ox", "difference"]);
  view.contrastWith(7);
  expect([model.get("contrast_class"), model.get("contrast_sample")]).toEqual(["", 7]);
  view.contrastWith(null);
  expect([model.get("contrast_sample"), model.get("by")]).toEqual([null, "relevance"]);
});

test("without the model there are no outputs and no sliders, and it says so", async () => {
  const unknown = { ...ABOUT.own, output: null, rest: null };
  const { el, kernel } = await shown({ has_model: false }, { own: unknown, has_model: false, grid: null });
  expect(el.querySelector(".slw-factor, .slw-output")).toBeNull();
  expect(el.textContent).toContain("Without the model");
  expect(el.textContent).toContain("No places");
  expect(kernel.of("explain_effects").length).toBe(0);
});

test("a query orders the rows by it", async () => {
  const { view, next } = await shown();
  view.query.ask("bird");
  await vi.waitUntil(() => view.by.value === "alignment");
  const asked = await next("explain_rows", 2);
  expect([asked.params.by, asked.params.query]).toEqual(["alignment", "bird"]);
});
