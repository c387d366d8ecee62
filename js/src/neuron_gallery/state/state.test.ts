import { afterEach, expect, test, vi } from "vitest";
import { card, rankReply, settled, world } from "../../../tests/gallery_world";

afterEach(() => {
  vi.useRealTimers();
});

test("the first ranking asks for what the traits say", async () => {
  const { kernel, gallery } = await world({ sort: "clarity", descending: false });
  expect(kernel.of("rank")).toHaveLength(1);
  expect(kernel.last("rank").params).toEqual({
    layer: "bn2",
    query: "",
    query_image: "",
    sort: "clarity",
    descending: false,
  });
  expect(kernel.last("rank").options.slot).toBe("rank");
  expect([...(gallery.order.ranking.value?.order ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("columns are read from wherever they begin in their message", async () => {
  const { kernel, gallery } = await world();
  void gallery.order.rank();
  kernel.last("rank").answer(rankReply([2, 0, 1], [0.5, 0.25, -0.125]));
  await settled();
  expect([...(gallery.order.ranking.value?.order ?? [])]).toEqual([2, 0, 1]);
  expect([...(gallery.order.ranking.value?.alignment ?? [])]).toEqual([0.5, 0.25, -0.125]);
});

test("typing asks once, after a pause, and tells Python the query without blanks around it", async () => {
  const { kernel, model, gallery } = await world();
  vi.useFakeTimers();
  for (const text of ["b", "bi", "bird "]) {
    gallery.query.type(text);
    vi.advanceTimersByTime(100);
  }
  expect(model.get("query")).toBe("");
  vi.advanceTimersByTime(50);
  await settled();
  expect(model.get("query")).toBe("bird");
  expect(gallery.query.draft.value).toBe("bird ");
  expect(kernel.of("rank").map(({ params }) => params.query)).toEqual(["", "bird"]);
});

test("a stale answer is never shown", async () => {
  const { kernel, gallery } = await world();
  gallery.query.ask("bird");
  await settled();
  const stale = kernel.last("rank");
  gallery.query.ask("fish");
  await settled();
  kernel.last("rank").answer(rankReply([3], [0.3]));
  await settled();
  stale.answer(rankReply([7], [0.7]));
  await settled();
  expect(gallery.order.ranking.value?.query).toBe("fish");
  expect([...(gallery.order.ranking.value?.order ?? [])]).toEqual([3]);
  expect(gallery.order.waiting.value).toBe(false);
});

test("the old picture stays while the new one is under way", async () => {
  const { gallery } = await world();
  const before = gallery.order.ranking.value;
  gallery.query.ask("bird");
  await settled();
  expect(gallery.order.waiting.value).toBe(true);
  expect(gallery.order.ranking.value).toBe(before);
});

test("changes from Python show up, and several at once ask once", async () => {
  const { kernel, model, gallery } = await world();
  model.set("query", "wheel");
  model.set("sort", "maximum");
  await settled();
  expect(gallery.query.draft.value).toBe("wheel");
  expect(kernel.of("rank")).toHaveLength(2);
  expect(kernel.last("rank").params).toMatchObject({ query: "wheel", sort: "maximum" });
});

test("the same value again asks for nothing", async () => {
  const { kernel, model, gallery } = await world();
  model.set("query", "");
  gallery.chooseLayer("bn2");
  await settled();
  expect(kernel.of("rank")).toHaveLength(1);
});

test("an error about the query stands next to the box until the next answer", async () => {
  const { kernel, gallery } = await world();
  gallery.query.ask("#99");
  await settled();
  kernel.last("rank").fail(new Error("layer 'bn2' has components 0 to 9"));
  await settled();
  expect(gallery.order.queryError.value).toBe("layer 'bn2' has components 0 to 9");
  expect(gallery.failures.current.value).toBeNull();
  gallery.query.ask("bird");
  await settled();
  kernel.last("rank").answer(rankReply([1], [0.1]));
  await settled();
  expect(gallery.order.queryError.value).toBeNull();
});

test("a failure without a query is a banner that tries again", async () => {
  const { kernel, gallery } = await world();
  gallery.flipDirection();
  await settled();
  kernel.last("rank").fail(new Error("the lens is truncated"));
  await settled();
  expect(gallery.failures.current.value).toMatchObject({
    what: "The neurons could not be ranked",
    message: "the lens is truncated",
  });
  gallery.failures.retry();
  expect(gallery.failures.current.value).toBeNull();
  expect(kernel.of("rank")).toHaveLength(3);
});

test("what was given up on purpose is no failure", async () => {
  const { kernel, gallery } = await world();
  gallery.flipDirection();
  await settled();
  kernel.last("rank").fail(new DOMException("superseded", "AbortError"));
  await settled();
  expect(gallery.failures.current.value).toBeNull();
});

test("a kernel that is gone is said by the status alone, not once more for every request", async () => {
  const { kernel, gallery } = await world();
  gallery.query.ask("bird");
  gallery.focus.openPlace(1);
  await settled();
  const gone = Object.assign(new Error("The kernel is gone: run the cell again"), { type: "KernelGone" });
  kernel.last("rank").fail(gone);
  kernel.last("detail").fail(gone);
  kernel.become("gone");
  await settled();
  expect([gallery.status.value, gallery.order.queryError.value, gallery.failures.current.value]).toEqual([
    "gone",
    null,
    null,
  ]);
});

test("cards of one frame are one request, and each is asked for once", async () => {
  const { kernel, gallery } = await world();
  for (const component of [4, 5, 4]) gallery.cards.want(component);
  await settled();
  gallery.cards.want(5);
  await settled();
  expect(kernel.of("cards").map(({ params }) => params)).toEqual([{ layer: "bn2", components: [4, 5] }]);
  kernel.last("cards").answer({ result: { cards: [card(4), card(5)] }, buffers: [] });
  await settled();
  expect(gallery.cards.get(5)?.name).toBe("bn2:5");
});

test("another layer forgets the cards and closes the details, and late cards of the old one are dropped", async () => {
  const { kernel, gallery } = await world();
  gallery.cards.want(1);
  gallery.focus.openPlace(1);
  await settled();
  const late = kernel.last("cards");
  gallery.chooseLayer("blocks.6.0.bn3");
  await settled();
  kernel.last("rank").answer(rankReply([0, 1]));
  await settled();
  late.answer({ result: { cards: [card(1)] }, buffers: [] });
  await settled();
  expect(gallery.cards.get(1)).toBeUndefined();
  expect(gallery.opened.current.value).toBeNull();
});

async function withCards() {
  const made = await world();
  void made.gallery.cards.load([0, 1, 2, 3, 4, 5]);
  made.kernel
    .last("cards")
    .answer({ result: { cards: [0, 1, 2, 3, 4, 5].map((k) => card(k)) }, buffers: [] });
  await settled();
  return made;
}

test("selecting: alone, in addition, taken away, and a range from the last one", async () => {
  const { model, gallery } = await withCards();
  const selection = async (place: number, mode: "only" | "toggle" | "range") => {
    gallery.select(place, mode);
    await settled();
    return model.get("selection");
  };
  expect(await selection(1, "only")).toEqual(["bn2:1"]);
  expect(await selection(3, "toggle")).toEqual(["bn2:1", "bn2:3"]);
  expect(await selection(1, "toggle")).toEqual(["bn2:3"]);
  expect(await selection(4, "range")).toEqual(["bn2:1", "bn2:2", "bn2:3", "bn2:4"]);
});

test("Esc closes the details first and clears the selection then", async () => {
  const { model, gallery } = await withCards();
  gallery.select(2, "only");
  gallery.focus.openPlace(2);
  await settled();
  gallery.escape();
  expect(gallery.opened.current.value).toBeNull();
  expect(model.get("selection")).toEqual(["bn2:2"]);
  gallery.escape();
  expect(model.get("selection")).toEqual([]);
});

test("details that come after others were opened are not shown", async () => {
  const { kernel, gallery } = await withCards();
  gallery.focus.openPlace(1);
  const late = kernel.last("detail");
  gallery.focus.openPlace(2);
  const answer = (component: number) => ({ result: { card: card(component) }, buffers: [] });
  kernel.last("detail").answer(answer(2));
  late.answer(answer(1));
  await settled();
  expect(gallery.opened.detail.value?.card.component).toBe(2);
});

test("an opened neuron is asked about again when a relevance was learnt, and stays until the answer comes", async () => {
  const { kernel, model, gallery } = await withCards();
  model.set("attributed", 1);
  expect(kernel.of("detail")).toHaveLength(0);
  gallery.focus.openPlace(1);
  kernel.last("detail").answer({ result: { card: card(1), classes: [] }, buffers: [] });
  await settled();
  model.set("attributed", 2);
  expect(gallery.opened.detail.value?.classes).toEqual([]);
  const classes = [{ name: "ox", relevance: 2, share: 0.5 }];
  kernel.last("detail").answer({ result: { card: card(1), classes }, buffers: [] });
  await settled();
  expect(kernel.of("detail")).toHaveLength(2);
  expect(gallery.opened.detail.value?.classes).toEqual(classes);
});

test("more like this asks for the number, the sign included", async () => {
  const { model, gallery } = await world();
  gallery.query.like("blocks.6.0:12");
  expect(model.get("query")).toBe("like #12");
  gallery.query.like("blocks.6.0:12-");
  expect(model.get("query")).toBe("like #12-");
});

test("an image becomes the query in place of the text, and text takes its place again", async () => {
  const { kernel, model, gallery } = await world({ query: "bird" });
  const using = gallery.query.useImage(new Blob(["x"], { type: "image/png" }));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(kernel.last("image").options.buffers?.[0]?.byteLength).toBe(1);
  kernel.last("image").answer({ result: { handle: "h1", width: 1, height: 1 }, buffers: [] });
  await using;
  expect([model.get("query"), model.get("query_image"), gallery.query.draft.value]).toEqual(["", "h1", ""]);
  gallery.query.ask("wheel");
  expect([model.get("query"), model.get("query_image")]).toEqual(["wheel", ""]);
});

test.each([
  [new Blob(["x"], { type: "application/pdf" }), "drop an image file (PNG, JPEG, WebP), not application/pdf"],
  [new Blob(["x"]), "drop an image file (PNG, JPEG, WebP), not a file of unknown kind"],
  [
    new Blob([new Uint8Array(12_300_000)], { type: "image/png" }),
    "it has 11.7 MB and the limit is 10 MB; make it smaller first",
  ],
])("a file that cannot be a query is refused with the reason", async (file, message) => {
  const { kernel, gallery } = await world();
  await gallery.query.useImage(file);
  expect(gallery.failures.current.value?.message).toBe(message);
  expect(kernel.of("image")).toHaveLength(0);
});

test("sorting by number counts up, by a score starts with the highest", async () => {
  const { model, gallery } = await world();
  gallery.chooseSort("component");
  expect([model.get("sort"), model.get("descending")]).toEqual(["component", false]);
  gallery.chooseSort("clarity");
  expect([model.get("sort"), model.get("descending")]).toEqual(["clarity", true]);
});

test("a gallery whose signal aborted asks for nothing any more", async () => {
  const { kernel, model, life } = await world();
  life.abort();
  model.set("query", "wheel");
  await settled();
  expect(kernel.of("rank")).toHaveLength(1);
});

test("a revision forgets the cards", async () => {
  const { model, gallery, kernel } = await withCards();
  model.set("revision", 1);
  await settled();
  expect(gallery.cards.get(1)).toBeUndefined();
  expect(kernel.of("rank")).toHaveLength(2);
});

test("only the chosen neurons are shown, in the order of all, and the best of them", async () => {
  const { kernel, gallery } = await world({ selection: ["bn2:1", "bn2:2", "fc:3"] });
  gallery.query.ask("bird");
  await settled();
  kernel.last("rank").answer(rankReply([3, 1, 0, 2], [0.4, 0.3, 0.2, 0.1]));
  await settled();
  gallery.showSelected();
  const { ranking } = gallery.order;
  expect([...(ranking.value?.order ?? [])]).toEqual([1, 2]);
  expect([ranking.value?.n, ranking.value?.of]).toEqual([2, 4]);
  expect(ranking.value?.alignment[1]).toBeCloseTo(0.1);
  gallery.showAll();
  expect(ranking.value?.n).toBe(4);
});

test("a neuron that the user went to elsewhere becomes the active card, and turns the page of open details", async () => {
  const { kernel, gallery, elsewhere } = await world();
  elsewhere.visit({ layer: "bn2", component: 4 });
  expect(gallery.focus.active.value).toBe(4);
  expect(kernel.of("detail")).toHaveLength(0);
  gallery.focus.openPlace(1);
  elsewhere.visit({ layer: "bn2", component: 6 });
  expect(kernel.last("detail").params.component).toBe(6);
  elsewhere.visit({ layer: "fc", component: 2 });
  expect(gallery.focus.active.value).toBe(6);
});
