import { expect, test } from "vitest";
import { world } from "../../../tests/gallery_world";
import { settled } from "../../../tests/patient_kernel";

async function typed(text: string, words: string[]) {
  const { gallery, kernel, model } = await world();
  gallery.query.type(text);
  kernel.last("complete").answer({ result: { words }, buffers: [] });
  await settled();
  const { query } = gallery;
  return { query, kernel, model, list: query.suggestions };
}

test("words complete the last term, and none is chosen by itself", async () => {
  const { list, kernel } = await typed("wheel - ca", ["car", "cat"]);
  expect(kernel.last("complete").params).toEqual({ text: "ca", vocabulary: "" });
  expect(list.shown.value).toEqual({ kind: "words", items: ["car", "cat"], active: null });
});

test("Enter searches for what is typed unless a word is chosen with the arrow keys", async () => {
  for (const [downs, query] of [
    [0, "wheel - ca"],
    [1, "wheel - car"],
    [2, "wheel - cat"],
    [3, "wheel - ca"],
  ] as const) {
    const { query: box, list, model } = await typed("wheel - ca", ["car", "cat"]);
    for (let i = 0; i < downs; i++) list.move(1);
    box.enterKey();
    expect(model.get("query")).toBe(query);
    expect(list.shown.value).toBeNull();
  }
});

test("up from the text leads to past queries, and down back to what was being typed", async () => {
  const { query, list } = await typed("fish", []);
  query.submit();
  query.ask("bird");
  query.type("x");
  query.recallOlder();
  expect(list.shown.value).toEqual({ kind: "past", items: ["fish", "bird"], active: 1 });
  query.recallOlder();
  expect([query.draft.value, list.shown.value?.active]).toEqual(["fish", 0]);
  query.recallNewer();
  query.recallNewer();
  expect([query.draft.value, list.shown.value]).toEqual(["x", null]);
});

test("an item that is clicked becomes the query", async () => {
  const { query, model } = await typed("wheel - ca", ["car", "cat"]);
  query.take(1);
  expect(model.get("query")).toBe("wheel - cat");
});

test("words that come after the query was asked or the box was left are not shown", async () => {
  const { gallery, kernel } = await world();
  gallery.query.type("bir");
  gallery.query.submit();
  kernel.last("complete").answer({ result: { words: ["bird"] }, buffers: [] });
  await settled();
  expect(gallery.query.suggestions.shown.value).toBeNull();
});

test("the only completion of a whole word is no news, nor is a letter enough, nor a neuron a word", async () => {
  expect((await typed("bird", ["bird"])).list.shown.value).toBeNull();
  const { gallery, kernel } = await world();
  for (const text of ["b", "#12", "like #1", "like 12"]) gallery.query.type(text);
  expect(kernel.of("complete")).toHaveLength(0);
});
