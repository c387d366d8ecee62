import { afterEach, expect, test, vi } from "vitest";
import { FakeModel } from "../../tests/fake_model";
import { card, neuronLabel, rankReply, traits, VOCABULARY } from "../../tests/gallery_world";
import { PatientKernel } from "../../tests/patient_kernel";
import type { Card, DetailResult, NeuronLabel } from "../generated/protocol";
import type { NeuronGalleryTraits } from "../generated/traits";
import { showGallery } from "./view";

const HOSTILE = "<img src=x onerror=alert(1)>";
let life = new AbortController();

afterEach(() => {
  life.abort();
  life = new AbortController();
});

function shown(changes: Partial<NeuronGalleryTraits> = {}) {
  const el = document.createElement("div");
  const shadow = document.createElement("div").attachShadow({ mode: "open" });
  shadow.append(el);
  const kernel = new PatientKernel();
  const model = new FakeModel(traits(changes));
  showGallery({ el, kernel, model, signal: life.signal });
  return { el, kernel, model };
}

async function withCards(cards: Card[], changes: Partial<NeuronGalleryTraits> = {}) {
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

test("the sort menu says what is true: without a query the cards are in the order of their numbers", async () => {
  const { el, kernel, model } = await withCards([card(0)]);
  const menu = () => el.querySelector<HTMLSelectElement>("[aria-label='Sort by']");
  const reverse = () => el.querySelector<HTMLElement>(".slw-direction");
  expect([menu()?.value, reverse()?.title]).toEqual(["component", "Lowest first: reverse"]);
  expect([...(menu()?.options ?? [])][0]?.disabled).toBe(true);
  reverse()?.click();
  await vi.waitUntil(() => kernel.of("rank").length > 1);
  expect([model.get("sort"), model.get("descending")]).toEqual(["component", true]);
});

test("a page keeps the labels of one method, and its menu says where the others are", async () => {
  const changes = { label_choices: ["nearest", "tool"], labels_by: "tool", vocabulary_info: VOCABULARY };
  const { el, kernel } = await withCards([card(0)], changes);
  const menu = () => el.querySelector<HTMLSelectElement>("[aria-label='Labels by']");
  const refused = () => [...(menu()?.options ?? [])].map(({ disabled }) => disabled);
  expect([menu()?.value, refused()]).toEqual(["tool", [false, false]]);
  kernel.become("kept");
  await vi.waitUntil(() => menu()?.title.includes("the notebook has them"));
  expect(refused()).toEqual([true, false]);
});

test("a query without an answer leaves the last cards, dimmed and named", async () => {
  const { el, kernel, model } = await withCards([card(0)]);
  model.set("query", "#99");
  await vi.waitUntil(() => kernel.of("rank").length > 1);
  kernel.last("rank").fail(new Error("there is no #99"));
  await vi.waitUntil(() => el.querySelector(".slw-stale") !== null);
  expect(el.querySelector(".slw-name")).not.toBeNull();
  expect(el.querySelector(".slw-status")?.textContent).toContain(
    "There is no #99showing all neurons, without a query",
  );
});

async function withLabel(label: NeuronLabel) {
  const view = await withCards([card(0)], { vocabulary_info: VOCABULARY });
  await vi.waitUntil(() => view.kernel.of("label_layer").length > 0);
  view.kernel.last("label_layer").options.onProgress?.({ done: 928, total: 3712, what: "labelling neurons" });
  await vi.waitUntil(() => view.el.querySelector(".slw-doing")?.textContent === "labelling neurons, 25 %");
  view.kernel
    .last("label_layer")
    .answer({ result: { n: 1, n_clear: 1, clear_above: 2.75, queries: [] }, buffers: [] });
  await vi.waitUntil(() => view.kernel.of("labels").length > 0);
  view.kernel.last("labels").answer({ result: { labels: [label] }, buffers: [] });
  await vi.waitUntil(() => view.el.querySelector(".slw-neuron-label")?.textContent !== "");
  return view;
}

test("a card shows its label above the labels of its examples, once it is named", async () => {
  const { el } = await withLabel(neuronLabel(0, { label: "toad", best: "toad" }));
  const text = el.querySelector(".slw-card-text")?.textContent ?? "";
  expect(text.indexOf("toad")).toBeGreaterThanOrEqual(0);
  expect(text.indexOf("toad")).toBeLessThan(text.indexOf("frog"));
  expect(el.querySelector(".slw-doing")).toBeNull();
  const labelling = el.querySelector<HTMLElement>(".slw-footer .slw-labelling");
  expect(labelling?.textContent).toBe("1 clear label");
  expect(labelling?.title).toContain("Labels of 1 neuron, chosen from general (3,712 texts)");
});

test("a neuron without a clear label says so, and what is nearest on hover", async () => {
  const { el } = await withLabel(neuronLabel(0, { label: "" }));
  const label = el.querySelector<HTMLElement>(".slw-neuron-label.slw-unclear");
  expect(label?.textContent).toBe("no clear label");
  expect(label?.title).toContain("the nearest text is frog");
});

test("hostile words of a vocabulary stay text, in the card and in the details", async () => {
  const shares: [string, number][] = [
    [HOSTILE, 0.5],
    ["leaf", 0.25],
  ];
  const words = { label: HOSTILE, best: HOSTILE, runner_up: HOSTILE, shares };
  const { el, kernel } = await withLabel(neuronLabel(0, words));
  expect(el.querySelector(".slw-neuron-label")?.textContent).toBe(HOSTILE);
  el.querySelector<HTMLElement>("[aria-label='Open bn2:0']")?.click();
  await vi.waitUntil(() => kernel.of("detail").length > 0);
  kernel.last("detail").answer({ result: OPENED, buffers: [] });
  await vi.waitUntil(() => el.querySelector(".slw-label-worth") !== null);
  expect(el.querySelector(".slw-detail-label")?.textContent).toBe(HOSTILE);
  const text = el.querySelector(".slw-label-worth")?.textContent;
  expect(text).toContain(`${HOSTILE}50 %`);
  expect(text).toContain("no clear label25 %");
  expect(text).toContain("Margin0.021");
  expect(el.querySelector("img")).toBeNull();
});

const photo = (row: number) => ({ sample: row, row, label: `photo ${row}`, name: "" });
const OPENED: DetailResult = {
  card: card(0),
  examples: [{ ...photo(0), score: 3, box: null }],
  look_alikes: [photo(1)],
  controls: [
    { quantile: 0.9, samples: [{ ...photo(2), score: 1.5 }] },
    {
      quantile: null,
      samples: [
        { ...photo(3), score: null },
        { ...photo(4), score: 0.25 },
      ],
    },
  ],
  histogram: null,
  classes: [],
  similar: [],
  mean: 1,
  variance: 1,
  n_samples: 10,
  nearest: null,
};

async function withDetails(detail: DetailResult) {
  const { el, kernel } = await withCards([card(0)]);
  el.querySelector<HTMLElement>("[aria-label='Open bn2:0']")?.click();
  await vi.waitUntil(() => kernel.of("detail").length > 0);
  kernel.last("detail").answer({ result: detail, buffers: [] });
  await vi.waitUntil(() => el.querySelector(".slw-detail .slw-skeleton.slw-line") === null);
  return { el, kernel };
}

test("an opened neuron shows the pictures of its card before its details arrive", async () => {
  const { el, kernel } = await withCards([card(0, { n_examples: 2, samples: [8, 3] })]);
  await vi.waitUntil(() => kernel.of("thumbnails").length > 0);
  el.querySelector<HTMLElement>("[aria-label='Open bn2:0']")?.click();
  const tiles = () => [...el.querySelectorAll<HTMLButtonElement>(".slw-detail .slw-nine .slw-example")];
  await vi.waitUntil(() => tiles().length === 2);
  expect(tiles().every((tile) => tile.disabled)).toBe(true);
  expect(el.querySelector(".slw-detail [aria-label='Loading details']")).not.toBeNull();
  expect(kernel.of("thumbnails").length).toBe(1);
  kernel.last("detail").answer({ result: OPENED, buffers: [] });
  await vi.waitUntil(() => tiles().length === 1);
  expect(tiles()[0]?.disabled).toBe(false);
});

const caption = (el: HTMLElement) => el.querySelector("dialog .slw-large-caption")?.textContent;

test("images that the neuron was not chosen by stand beside its examples, and each is shown large on a click", async () => {
  const { el } = await withDetails(OPENED);
  const headings = [...el.querySelectorAll(".slw-other-samples .slw-heading")];
  expect(headings.map(({ textContent }) => textContent)).toEqual([
    "Look-alikes that do not fire",
    "Around its 90th percentile",
    "Random images",
  ]);
  const said: (string | undefined)[] = [];
  for (const tile of el.querySelectorAll<HTMLElement>(".slw-detail .slw-example")) {
    tile.click();
    await vi.waitUntil(() => el.querySelector("dialog") !== null);
    said.push(caption(el));
    el.querySelector<HTMLElement>("dialog [aria-label='Close']")?.click();
    await vi.waitUntil(() => el.querySelector("dialog") === null);
  }
  expect(said).toEqual([
    "photo 0sample 0score 3.0explain this image",
    "photo 1sample 1does not fireexplain this image",
    "photo 2sample 2score 1.5explain this image",
    "photo 3sample 3score not knownexplain this image",
    "photo 4sample 4score 0.25explain this image",
  ]);
});

test("an image in the dialog is sent to the prediction view, and the dialog gives way", async () => {
  const { el, kernel } = await withDetails(OPENED);
  el.querySelector<HTMLElement>(".slw-detail .slw-example")?.click();
  await vi.waitUntil(() => el.querySelector("dialog") !== null);
  const explain = [...el.querySelectorAll<HTMLElement>("dialog .slw-link")];
  expect(explain.map(({ textContent }) => textContent)).toEqual(["explain this image"]);
  explain[0]?.click();
  expect(kernel.last("explain_sample").params.sample).toBe(OPENED.examples[0]?.sample);
  await vi.waitUntil(() => el.querySelector("dialog") === null);
});

test("in the dialog the arrow keys step through all images and stop at the ends, and Esc closes it alone", async () => {
  const { el } = await withDetails(OPENED);
  el.querySelector<HTMLElement>(".slw-detail .slw-example")?.click();
  await vi.waitUntil(() => el.querySelector("dialog") !== null);
  const dialog = el.querySelector("dialog") as HTMLDialogElement;
  const press = (key: string) => dialog.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  for (const [key, text] of [
    ["ArrowLeft", "photo 0"],
    ["ArrowRight", "photo 1"],
    ["End", "photo 4"],
    ["ArrowRight", "photo 4"],
    ["Home", "photo 0"],
  ] as const) {
    press(key);
    await vi.waitUntil(() => caption(el)?.startsWith(text));
  }
  dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
  await vi.waitUntil(() => el.querySelector("dialog") === null);
  expect(el.querySelector(".slw-detail")).not.toBeNull();
});

test("the name is copied by a button, and the arrow keys open the neighbours in the gallery's order", async () => {
  const { el } = await withCards([card(4), card(2), card(7)]);
  el.querySelector<HTMLElement>("[aria-label='Open bn2:4']")?.click();
  await vi.waitUntil(() => el.querySelector(".slw-detail") !== null);
  const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  el.querySelector<HTMLElement>(".slw-detail [aria-label='Copy the name bn2:4']")?.click();
  await vi.waitUntil(() => el.querySelector(".slw-detail-title")?.textContent?.includes("bn2:4 copied"));
  expect(copied).toHaveBeenCalledWith("bn2:4");
  const title = () => el.querySelector(".slw-detail")?.getAttribute("aria-label");
  for (const [key, name] of [
    ["ArrowRight", "bn2:2"],
    ["ArrowRight", "bn2:7"],
    ["ArrowRight", "bn2:7"],
    ["ArrowLeft", "bn2:2"],
  ] as const) {
    el.querySelector(".slw-detail")?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await vi.waitUntil(() => title() === `Details of ${name}`);
  }
});

test.each([
  [0, "dead: never active"],
  [2.5, "dead: the same on every image"],
])("a card of a dead neuron with the maximum %d says why it is empty", async (maximum, text) => {
  const { el } = await withCards([card(0, { n_examples: 0, samples: [], clarity: null, maximum })]);
  expect(el.querySelector(".slw-nothing")?.textContent).toBe(text);
});

test("a dead neuron says so, and shows no image in its place", async () => {
  const { el } = await withDetails({ ...OPENED, examples: [], look_alikes: [] });
  expect(el.querySelector(".slw-detail")?.textContent).toContain("It is dead");
  expect(el.querySelector(".slw-other-samples")).toBeNull();
});

test("without a vocabulary a card has no place for a label", async () => {
  const { el } = await withCards([card(0)]);
  expect(el.querySelector(".slw-neuron-label")).toBeNull();
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

test("queries to begin with stand in the empty box, and a click asks one of them", async () => {
  const { el, kernel, model } = await withCards([card(0)], { vocabulary_info: VOCABULARY });
  await vi.waitUntil(() => kernel.of("label_layer").length > 0);
  const result = { n: 1, n_clear: 1, clear_above: 2.75, queries: ["fish", '"a - b"'] };
  kernel.last("label_layer").answer({ result, buffers: [] });
  const buttons = () => [...el.querySelectorAll<HTMLElement>(".slw-example-query")];
  await vi.waitUntil(() => buttons().length > 0);
  expect(buttons().map(({ textContent }) => textContent)).toEqual(["fish", '"a - b"']);
  buttons()[1]?.click();
  await vi.waitUntil(() => buttons().length === 0);
  expect(model.get("query")).toBe('"a - b"');
});

test("a query that the foundation model is blind to says so, and not that unrelated words match as well", async () => {
  const { el, kernel } = shown({ query: "red" });
  await vi.waitUntil(() => kernel.of("rank").length > 0);
  const { result, buffers } = rankReply([0], [0.2]);
  kernel.last("rank").answer({ result: { ...result, weak: true, caveat: "blind to colour (red)" }, buffers });
  await vi.waitUntil(() => el.querySelector(".slw-weak-match") !== null);
  const said = [...el.querySelectorAll(".slw-weak-match")].map(({ textContent }) => textContent);
  expect(said).toEqual(["blind to thisblind to colour (red)"]);
});

test("the footer names the foundation model and what it is blind to", () => {
  const { el } = shown({ foundation_model: "ConSE", caveat: "blind to colour" });
  expect(el.querySelector(".slw-footer")?.textContent).toBe("ConSE · blind to colour");
});

test("the footer counts the images that were left out, and names the first with its reason", () => {
  const { el } = shown({ left_out: { n: 12, n_images: 1240, first: "a.jpg: truncated" } });
  const said = el.querySelector<HTMLElement>(".slw-left-out");
  expect(said?.textContent).toBe("12 of 1,240 images left out");
  expect(said?.title).toContain("the first is a.jpg: truncated");
});

function reached(el: HTMLElement, at: string, ...events: KeyboardEventInit[]): string[] {
  const keys: string[] = [];
  el.addEventListener("keydown", (event) => keys.push(event.key));
  for (const event of events)
    el.querySelector(at)?.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...event }));
  return keys;
}

test("plain keys and chords that edit do not reach the notebook, other chords do", async () => {
  const { el } = await withCards([card(0)]);
  const undo = { key: "z", ctrlKey: true };
  expect(reached(el, ".slw-grid", { key: "x" }, undo, { key: "b", ctrlKey: true })).toEqual(["b"]);
});

test("from the search box only saving reaches the notebook", async () => {
  const { el } = await withCards([card(0)]);
  const chords = ["z", "Z", "y", "a", "Backspace", "ArrowLeft", "b"].map((key) => ({ key, ctrlKey: true }));
  const words = ["ArrowLeft", "Backspace"].map((key) => ({ key, altKey: true }));
  const mac = [
    { key: "z", metaKey: true },
    { key: "s", metaKey: true },
  ];
  expect(reached(el, ".slw-query-input", ...chords, ...words, ...mac)).toEqual(["s"]);
});

test("keys stay in a widget that has nothing to show yet", () => {
  const { el } = shown({});
  document.body.append(el);
  const root = el.querySelector<HTMLElement>(".slw");
  root?.focus();
  expect(document.activeElement).toBe(root);
  expect(reached(el, ".slw", { key: "x" })).toEqual([]);
});

test("until the first answer the cards are in number order, dimmed, and say what they wait for", async () => {
  const { el, kernel } = shown({ query: "car" });
  await vi.waitUntil(() => kernel.of("cards").length > 0);
  const status = () => el.querySelector(".slw-status")?.textContent;
  expect(status()).toContain("1,280 neuronsnot yet ordered by alignment with “car”");
  kernel.last("cards").answer({ result: { cards: [card(0), card(1), card(2)] }, buffers: [] });
  await vi.waitUntil(() => el.querySelector(".slw-stale .slw-name") !== null);
  kernel.last("rank").answer(rankReply([2, 0, 1], [0.5, 0.25, -0.125]));
  await vi.waitUntil(() => el.querySelector(".slw-stale") === null);
  expect(status()).toContain("best0.50bn2:2");
  expect(el.querySelector(".slw-name")?.textContent).toBe("bn2:2");
});

test("a first query without an answer is what is to be changed", async () => {
  const { el, kernel } = shown({ query: "#999" });
  await vi.waitUntil(() => kernel.of("rank").length > 0);
  kernel.last("rank").fail(new Error("there is no neuron #999"));
  await vi.waitUntil(() => el.querySelector(".slw-empty")?.textContent?.includes("The query has no answer"));
});

test("nothing is left when the signal aborts", async () => {
  const { el } = await withCards([card(0)]);
  life.abort();
  expect(el.childNodes).toHaveLength(0);
});

const menu = (el: HTMLElement) => el.querySelector<HTMLSelectElement>("select[aria-label='Examples as']");

test("how examples are shown is no question where there are whole images alone", async () => {
  const { el } = await withCards([card(0)]);
  expect(menu(el)).toBeNull();
});

test("what a lens cannot show is offered with what it needs", async () => {
  const { el } = await withCards([card(0)], { examples_choices: ["frame", "crop"], examples_as: "crop" });
  const [images, crops, heat] = [...(menu(el)?.options ?? [])];
  expect(menu(el)?.value).toBe("crop");
  expect([images?.disabled, crops?.disabled, heat?.disabled]).toEqual([false, false, true]);
  expect(heat?.title).toContain("need the lens's model");
  expect(menu(el)?.title).toContain("Heat maps need the lens's model and images");
});

test("the reader's choice is asked for by component and rank, and is told to the kernel", async () => {
  const all = ["frame", "crop", "heatmap"];
  const { el, kernel, model } = await withCards([card(7, { samples: [4, 2] })], { examples_choices: all });
  await vi.waitUntil(() => kernel.of("thumbnails").length > 0);
  const choice = menu(el) as HTMLSelectElement;
  for (const [way, kind] of [
    ["crop", "example_crops"],
    ["heatmap", "example_heatmaps"],
  ] as const) {
    choice.value = way;
    choice.dispatchEvent(new Event("change"));
    await vi.waitUntil(() => kernel.of(kind).length > 0);
    expect(kernel.last(kind).params).toEqual({
      layer: "bn2",
      examples: [
        [7, 0],
        [7, 1],
      ],
      size: "small",
    });
    expect(model.get("examples_as")).toBe(way);
  }
});
