import { expect, test } from "vitest";
import { GRAPH } from "../../tests/graph_world";
import { place, unmovedPage } from "../../tests/unmoved_page";
import { COMMON, reply, surroundings } from "../../tests/world";
import type { GraphResult, NodeChange } from "../generated/protocol";
import type { ConceptGraphTraits } from "../generated/traits";
import { showConceptGraph } from "./view";

const life = unmovedPage();
const CHANGES: NodeChange[] = [
  { node: 2, before: 2, after: 1, share: -0.5, random: null },
  { node: 3, before: 1, after: 1.2, share: 0.2, random: null },
  { node: 4, before: 10, after: 8, share: -0.2, random: null },
];

async function shown(changes: Partial<ConceptGraphTraits> = {}, result: GraphResult = GRAPH) {
  const traits = {
    ...COMMON,
    result_id: "one",
    graph_class: "bird",
    weak_below: 0.03,
    opened: "",
    without: [],
    ...changes,
  };
  const world = surroundings(traits as unknown as ConceptGraphTraits);
  const el = place();
  const graph = showConceptGraph({ ...world.options, el, signal: life().signal });
  world.kernel.of("graph")[0]?.answer(reply(result));
  await expect.poll(() => graph.result.value).not.toBeNull();
  const node = (number: number) => el.querySelector<HTMLButtonElement>(`[data-node="${number}"]`);
  await expect.poll(() => result.nodes.length === 1 || node(0) !== null).toBe(true);
  const text = (selector: string) => el.querySelector(selector)?.textContent ?? "";
  const press = (number: number, key: string) =>
    node(number)?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  return { ...world, el, graph, node, text, press };
}

test("nodes say their name, label, verdict, relevance and strongest inputs", async () => {
  const { node, el } = await shown();
  expect(node(0)?.title).toBe("low:3, sky; spurious; relevance +10 % of its layer");
  expect(node(2)?.title).toContain("strongest inputs: low:3 sky +40 %, low:5 −8.0 %");
  expect(el.querySelector("img")).toBeNull();
  expect(el.querySelectorAll("section[aria-label='layer low'] li")).toHaveLength(2);
});

test("weak edges are hidden by the slider, which says how many are left", async () => {
  const { el, model, text } = await shown();
  expect(el.querySelectorAll(".slw-graph-canvas > svg path")).toHaveLength(3);
  expect(text(".slw-graph-slider")).toContain("at least 3.0 % of a node’s inputs (3 of 4)");
  const slider = el.querySelector<HTMLInputElement>("input[type=range]") as HTMLInputElement;
  slider.value = "0";
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  expect(model.get("weak_below")).toBe(0.01);
  await expect.poll(() => el.querySelectorAll(".slw-graph-canvas > svg path").length).toBe(4);
});

test("edges that take away are dashed by their kind, and those of a lit node have numbers", async () => {
  const { el, node } = await shown();
  expect(el.querySelectorAll(".slw-graph-canvas .slw-graph-takes")).toHaveLength(1);
  node(2)?.dispatchEvent(new Event("pointerenter"));
  await expect.poll(() => el.querySelectorAll(".slw-graph-canvas text").length).toBe(3);
  expect(el.querySelector(".slw-graph-canvas text")?.textContent).toContain("+40 %");
});

test("arrows move along the strongest edges and within a layer", async () => {
  const { node, press } = await shown();
  node(2)?.focus();
  press(2, "ArrowLeft");
  expect(document.activeElement).toBe(node(0));
  press(0, "ArrowRight");
  expect(document.activeElement).toBe(node(2));
  press(2, "ArrowRight");
  expect(document.activeElement).toBe(node(4));
});

test("a click opens a node, in the linked widgets too, and its neighbours lead on", async () => {
  const { node, model, el, elsewhere, text } = await shown();
  node(2)?.click();
  expect([model.get("opened"), model.get("layer"), model.get("selection")]).toEqual([
    "high:0",
    "high",
    ["high:0"],
  ]);
  expect(elsewhere.visited.value).toEqual({ layer: "high", component: 0 });
  await expect.poll(() => text(".slw-detail")).toContain("adds 0.50, +40 %");
  el.querySelector<HTMLButtonElement>(".slw-graph-neighbours button")?.click();
  expect(model.get("opened")).toBe("low:3");
});

test("a node that is taken out shows what falls, and Esc puts it back", async () => {
  const { kernel, press, model, text, node } = await shown();
  press(0, "x");
  expect(model.get("without")).toEqual(["low:3"]);
  const [request] = kernel.of("graph_without");
  expect(request?.params).toEqual({ graph: "one", nodes: ["low:3"], control: false });
  request?.options.onProgress?.({ done: 1, total: 4, what: "measuring without low:3" });
  await expect.poll(() => text(".slw-status")).toContain("measuring without low:3, 25 %");
  request?.answer(reply({ changes: CHANGES }));
  await expect.poll(() => node(2)?.textContent).toContain("▼ 50 %");
  expect(node(3)?.textContent).toContain("▲ 20 %");
  expect(text(".slw-status")).toContain("bird falls by 20 %, from 10 to 8.0");
  await expect.poll(() => kernel.of("graph_without").length).toBe(2);
  expect(kernel.last("graph_without").params.control).toBe(true);
  kernel
    .last("graph_without")
    .answer(reply({ changes: CHANGES.map((change) => ({ ...change, random: -0.006 })) }));
  await expect.poll(() => text(".slw-status")).toContain("8.0 (without random neurons −0.60 %)");
  press(0, "Escape");
  expect(model.get("without")).toEqual([]);
  await expect.poll(() => node(2)?.textContent).not.toContain("▼");
});

test("a measurement that is cancelled or fails leaves the nodes as they were last measured", async () => {
  const { kernel, press, model, graph, node } = await shown();
  press(0, "x");
  kernel.of("graph_without")[0]?.answer(reply({ changes: CHANGES }));
  await expect.poll(() => kernel.of("graph_without").length).toBe(2);
  graph.taken.stop(); // the control alone
  expect(model.get("without")).toEqual(["low:3"]);
  press(1, "x");
  expect(model.get("without")).toEqual(["low:3", "low:5"]);
  graph.taken.stop();
  expect(model.get("without")).toEqual(["low:3"]);
  expect(kernel.of("graph_without")).toHaveLength(3);
  press(1, "x");
  kernel.last("graph_without").fail(new Error("out of memory"));
  await expect.poll(() => graph.failures.current.value?.message).toBe("out of memory");
  expect(model.get("without")).toEqual(["low:3"]);
  expect(node(2)?.textContent).toContain("▼ 50 %");
});

test("the class is not taken out, and nothing is without a kernel", async () => {
  const { press, model, kernel, node, el } = await shown();
  press(4, "x");
  kernel.become("gone");
  press(0, "x");
  expect(model.get("without")).toEqual([]);
  node(0)?.click();
  await expect.poll(() => el.querySelector(".slw-detail-header .slw-button")).not.toBeNull();
  expect(el.querySelector<HTMLButtonElement>(".slw-detail-header .slw-button")?.disabled).toBe(true);
});

test("closing the details puts the focus back on their node", async () => {
  const { node, el } = await shown();
  node(2)?.click();
  await expect.poll(() => el.querySelector(".slw-detail")).not.toBeNull();
  el.querySelector<HTMLButtonElement>("[aria-label=Close]")?.click();
  await expect.poll(() => el.querySelector(".slw-detail")).toBeNull();
  await expect.poll(() => document.activeElement).toBe(node(2));
});

test("a graph without nodes says so", async () => {
  const { text } = await shown({}, { ...GRAPH, layers: [], nodes: GRAPH.nodes.slice(4), edges: [] });
  await expect.poll(() => text(".slw-empty")).toContain("No neuron of these layers");
});

test("keys, buttons and the wheel with Ctrl zoom, on the way past the first size too, and 0 shows all", async () => {
  const { el, press } = await shown();
  const canvas = el.querySelector<HTMLElement>(".slw-graph-canvas") as HTMLElement;
  const scale = () => Number(canvas.style.getPropertyValue("zoom"));
  const turn = (ctrlKey: boolean) => {
    const event = new MouseEvent("wheel", { ctrlKey, bubbles: true, cancelable: true });
    canvas.dispatchEvent(Object.assign(event, { deltaY: 100, deltaMode: 0 }));
    return event.defaultPrevented;
  };
  expect(scale()).toBe(1);
  press(0, "+");
  await expect.poll(scale).toBeCloseTo(1.6);
  el.querySelector<HTMLElement>("[aria-label='Zoom in (+)']")?.click();
  await expect.poll(scale).toBeCloseTo(2.56);
  expect(turn(false)).toBe(false);
  expect(turn(true)).toBe(true);
  await expect.poll(scale).toBeCloseTo(2.56 * Math.exp(-0.22));
  for (const expected of [1.28, 1, 0.625]) {
    press(0, "-");
    await expect.poll(scale).toBeCloseTo(expected, 1);
  }
  for (let pressed = 0; pressed < 9; pressed++) press(0, "-");
  await expect.poll(scale).toBe(0.2);
  press(0, "0");
  await expect.poll(scale).not.toBe(0.2);
});
