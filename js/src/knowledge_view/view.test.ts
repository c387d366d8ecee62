import { expect, test, vi } from "vitest";
import { place, unmovedPage } from "../../tests/unmoved_page";
import { COMMON, reply, surroundings } from "../../tests/world";
import type { KnownWord } from "../generated/protocol";
import type { KnowledgeViewTraits } from "../generated/traits";
import { showKnowledgeView } from "./view";

const HOSTILE = "<img src=x onerror=alert(1)>";
const life = unmovedPage();
const word = (name: string, parent: number, n: number, changes: Partial<KnownWord> = {}): KnownWord => ({
  word: name,
  parent,
  n,
  expected: 0.2,
  percentile: 0.99,
  known: true,
  relevance: null,
  own: null,
  holes: [],
  ...changes,
});
const WORDS = [
  word("animal", -1, 7, { holes: ["eel"] }),
  word("owl", 0, 5),
  word("dog - cat", 0, 2, { known: false }),
  word(HOSTILE, -1, 3),
];

async function shown(changes: Partial<KnowledgeViewTraits> = {}, words = WORDS) {
  const own = { area: "share", within: "", result_id: "k", known_layer: "bn2", ...changes };
  const world = surroundings({ ...COMMON, ...own } as unknown as KnowledgeViewTraits);
  const el = place();
  // happy-dom lays nothing out.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  showKnowledgeView({ ...world.options, el, signal: life().signal });
  const n_labelled = words.filter(({ parent }) => parent < 0).reduce((sum, { n }) => sum + n, 0);
  const result = { n_components: 40, n_labelled, has_relevance: false, words, holes: ["wifi"] };
  world.kernel.last("knowledge").answer(reply(result));
  await vi.waitUntil(() => el.querySelector(".slw-holes") !== null);
  const tile = (name: string) =>
    [...el.querySelectorAll<HTMLButtonElement>(".slw-tile")].find((one) => one.title.startsWith(name));
  return { el, tile, ...world };
}

test("a word becomes the query in the layer of this knowledge, signs in quotation marks", async () => {
  const { tile, model } = await shown({ layer: "fc" });
  tile("owl")?.click();
  expect([model.get("query"), model.get("layer")]).toEqual(["owl", "bn2"]);
  tile("dog - cat")?.click();
  expect(model.get("query")).toBe('"dog - cat"');
});

test("a category opens, and Escape goes out of it again", async () => {
  const { el, tile, model } = await shown();
  tile("animal")?.click();
  expect(model.get("within")).toBe("animal");
  await vi.waitUntil(() => tile("animal") === undefined);
  expect(el.querySelector("nav")?.textContent).toContain("All words" + "animal");
  expect(el.querySelector(".slw-holes h4")?.textContent).toBe("1 word without a neuron in animal");
  tile("owl")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(model.get("within")).toBe("");
});

test("what is not above chance stands in brackets and says so", async () => {
  const { tile } = await shown();
  expect(tile("dog")?.textContent).toBe("(dog - cat) 2");
  expect(tile("dog")?.getAttribute("aria-label")).toContain("not above chance");
  expect(tile("owl")?.getAttribute("aria-label")).toContain("5 neurons (13 %), 0.20 by chance");
});

test("words without a neuron are listed with what that is worth, and can be searched for", async () => {
  const { el, model } = await shown();
  const holes = el.querySelector(".slw-holes");
  expect(holes?.querySelector("h4")?.textContent).toBe("2 words without a neuron");
  expect(holes?.textContent).toContain("no proof that the model lacks them");
  holes?.querySelectorAll<HTMLButtonElement>(".slw-hole-words button")[1]?.click();
  expect(model.get("query")).toBe("wifi");
});

test("a hostile word stays text", async () => {
  const { el } = await shown();
  expect(el.querySelector("img")).toBeNull();
});

test("a layer without clear labels says so", async () => {
  const { el } = await shown({}, []);
  expect(el.querySelector(".slw-empty-title")?.textContent).toBe("No neuron of this layer has a clear label");
});
