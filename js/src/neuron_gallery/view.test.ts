import { afterEach, expect, test, vi } from "vitest";
import { FakeModel, traits } from "../../dev/fake_model";
import { PatientKernel } from "../../dev/patient_kernel";
import type { Card } from "../ui/neuron";
import { card, rankReply } from "./fake_world";
import type { GalleryTraits } from "./protocol";
import { showGallery } from "./view";

const HOSTILE = "<img src=x onerror=alert(1)>";
let life = new AbortController();

afterEach(() => {
  life.abort();
  life = new AbortController();
});

function shown(changes: Partial<GalleryTraits> = {}) {
  const el = document.createElement("div");
  const shadow = document.createElement("div").attachShadow({ mode: "open" });
  shadow.append(el);
  const kernel = new PatientKernel();
  const model = new FakeModel(traits(changes));
  showGallery({ el, kernel, model, signal: life.signal });
  return { el, kernel, model };
}

async function withCards(cards: Card[], changes: Partial<GalleryTraits> = {}) {
  const view = shown(changes);
  await vi.waitUntil(() => view.kernel.of("rank").length > 0);
  view.kernel.last("rank").answer(rankReply(cards.map(({ component }) => component)));
  await vi.waitUntil(() => view.kernel.of("cards").length > 0);
  view.kernel.last("cards").answer({ result: { cards }, buffers: [] });
  await vi.waitUntil(() => view.el.querySelector(".slw-name") !== null);
  return view;
}

test("a hostile label stays text", async () => {
  const { el } = await withCards([card(0, { labels: [[HOSTILE, 3]] })]);
  expect(el.querySelector(".slw-labels")?.textContent).toContain(HOSTILE);
  expect(el.querySelector("img")).toBeNull();
});

test("a hostile error message stays text", async () => {
  const { el, kernel } = shown();
  await vi.waitUntil(() => kernel.of("rank").length > 0);
  kernel.last("rank").fail(new Error(HOSTILE));
  await vi.waitUntil(() => el.querySelector("[role=alert]") !== null);
  expect(el.querySelector("[role=alert]")?.textContent).toContain(HOSTILE);
  expect(el.querySelector("img")).toBeNull();
});

test("the live region tells how many neurons there are", async () => {
  const { el } = await withCards([card(0), card(1)]);
  await vi.waitUntil(() => el.querySelector("[aria-live]")?.textContent === "2 neurons of bn2");
});

test("a kernel that is gone is said, and the picture stays", async () => {
  const { el, kernel } = await withCards([card(0)]);
  kernel.become("gone");
  await vi.waitUntil(() => el.textContent?.includes("The kernel is gone"));
  expect(el.querySelector(".slw-name")?.textContent).toBe("bn2:0");
});

test("the footer names the foundation model and what it is blind to", () => {
  const { el } = shown({ foundation_model: "ConSE", caveat: "blind to colour" });
  expect(el.querySelector(".slw-footer")?.textContent).toBe("ConSE · blind to colour");
});

test("a plain key does not reach the notebook, one with Ctrl does", async () => {
  const { el } = await withCards([card(0)]);
  const reached: string[] = [];
  el.addEventListener("keydown", (event) => reached.push(event.key));
  const grid = el.querySelector(".slw-grid");
  grid?.dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true }));
  grid?.dispatchEvent(new KeyboardEvent("keydown", { key: "s", ctrlKey: true, bubbles: true }));
  expect(reached).toEqual(["s"]);
});

test("nothing is left when the signal aborts", async () => {
  const { el } = await withCards([card(0)]);
  life.abort();
  expect(el.childNodes).toHaveLength(0);
});
