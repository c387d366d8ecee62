/** Columns in parts that are loaded on demand, and answers over them, against those of a page in one file. */

import { expect, test } from "vitest";
import type { Card, DetailResult } from "../generated/protocol";
import { bytes } from "../kernel/columns";
import { Answers } from "./answers";
import { type At, Columns, type Kept, type KeptLayer } from "./kept";
import { PageChannel } from "./model";
import { Missing, PartColumns } from "./parts";

/** Parts of 8 bytes each, which hold their places. */
const BYTES = Uint8Array.from({ length: 40 }, (_, place) => place);
const STARTS = [0, 8, 16, 24, 32, 40];

function columnsOf(whole: Uint8Array, starts: number[]) {
  const fetched: number[] = [];
  const fetch = async (part: number) => {
    fetched.push(part);
    return whole.slice(starts[part], starts[part + 1]).buffer as ArrayBuffer;
  };
  return { columns: new PartColumns(starts, fetch), fetched };
}

async function loaded<Value>(read: () => Value): Promise<Value> {
  for (;;) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      await error.load(() => undefined);
    }
  }
}

test.each([
  [[0, 8], [0]],
  [[9, 15], [1]],
  [
    [3, 30],
    [0, 1, 2, 3],
  ],
  [
    [8, 24],
    [1, 2],
  ],
  [[39, 40], [4]],
  [[16, 16], []],
])("a column from %j is read from the parts %j", async (at, parts) => {
  const { columns, fetched } = columnsOf(BYTES, STARTS);
  const view = await loaded(() => columns.view(at as At));
  expect([...bytesOf(view)]).toEqual([...BYTES.slice(at[0], at[1])]);
  expect(fetched).toEqual(parts);
});

test("several columns are loaded together, each part once, and kept", async () => {
  const { columns, fetched } = columnsOf(BYTES, STARTS);
  const seen: [number, number][] = [];
  expect(() =>
    columns.need([
      [0, 4],
      [6, 10],
    ]),
  ).toThrow(Missing);
  try {
    columns.need([
      [0, 4],
      [6, 10],
    ]);
  } catch (error) {
    const { load } = error as Missing;
    await Promise.all([load((done, total) => seen.push([done, total])), load(() => undefined)]);
  }
  expect(seen).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(fetched).toEqual([0, 1]);
  columns.need([[2, 12]]);
});

test("a part that has arrived is there for others while its batch waits for a slow one", async () => {
  const arrive: (() => void)[] = [];
  const columns = new PartColumns(STARTS, (part) =>
    part === 1
      ? new Promise((resolve) => arrive.push(() => resolve(new ArrayBuffer(8))))
      : Promise.resolve(new ArrayBuffer(8)),
  );
  const both = loaded(() => columns.view([0, 16]));
  await new Promise((resolve) => setTimeout(resolve));
  expect(columns.view([0, 8]).byteLength).toBe(8);
  arrive[0]?.();
  expect((await both).byteLength).toBe(16);
  expect(arrive).toHaveLength(1);
});

test("a part that cannot be loaded is the error of the answer, and is tried again", async () => {
  let fails = true;
  const columns = new PartColumns([0, 4], async () => {
    if (fails) throw new Error("parts/0/0.js is missing");
    return new ArrayBuffer(4);
  });
  await expect(loaded(() => columns.view([0, 4]))).rejects.toThrow("is missing");
  fails = false;
  expect((await loaded(() => columns.view([0, 4]))).byteLength).toBe(4);
});

/** Four neurons, the last without examples, in one piece and in parts of two. */
function worlds() {
  const parts: Uint8Array[] = [];
  const starts = [0];
  const add = (part: ArrayBufferView): At => {
    const padded = new Uint8Array(Math.ceil(part.byteLength / 8) * 8);
    padded.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    const start = starts.at(-1) as number;
    parts.push(padded);
    starts.push(start + padded.length);
    return [start, start + part.byteLength];
  };
  const json = (value: unknown) => add(new TextEncoder().encode(JSON.stringify(value)));
  const halves = (values: number[]) => add(Int16Array.from(values, (value) => Math.round(value * 32767)));
  const embeddings = [1, 0, 0, 1, 0.6, 0.8, 0, 0];
  const unrelated = [0, 1, 0.8, 0.6];
  const product = (row: number, word: number) =>
    [0, 1].reduce(
      (sum, place) => sum + (embeddings[2 * row + place] ?? 0) * (unrelated[2 * word + place] ?? 0),
      0,
    );
  const details = [0.125, 0.5, null, 0.25].map((clarity, component) => {
    const card = {
      ...{ component, name: `bn:${component}`, clarity, samples: [component % 3] },
      n_examples: component === 3 ? 0 : 2,
    };
    return { card: card as Partial<Card> as Card, mean: component } as DetailResult;
  });
  const labels = ["a", "b", "c", "d"].map((label, component) => ({ component, label }));
  const at = halves(embeddings);
  const shared = { signed: false, embeddings: at, crops: null };
  const whole = { ...shared, details, names: { named: { n: 4 }, labels } };
  const cut = <Item>(items: Item[]) => [items.slice(0, 2), items.slice(2)];
  const cards = cut(details).map((own, place) =>
    json({ cards: own.map(({ card }) => card), labels: cut(labels)[place], crops: null }),
  );
  const measures = {
    clarity: add(Float32Array.of(0.125, 0.5, Number.NaN, 0.25)),
    n_examples: add(Float32Array.of(2, 2, 2, 0)),
  };
  const inParts = {
    ...shared,
    ...{ details: [], names: { named: { n: 4 }, labels: [] } },
    parts: {
      ...{ n: 4, sizes: [2, 2], cards, details: cut(details).map(json), measures },
      unrelated: halves([0, 1, 2, 3].flatMap((row) => [product(row, 0), product(row, 1)])),
    },
  };
  const kept = (layer: unknown) => ({
    ...{ traits: {}, ids: [0, 2, 4], maps: [], audits: {}, image: null, layers: { bn: layer as KeptLayer } },
    pictures: { samples: { at: pictures, offsets: [0, 1, 3, 6] } },
    words: {
      ...{ texts: ["bird"], dim: 2, caveats: {}, places: [] },
      ...{ vectors, scales, unrelated: words },
    },
  });
  const pictures = add(Uint8Array.of(1, 2, 2, 3, 3, 3));
  const [vectors, scales] = [add(Int8Array.of(127, 0)), add(Float32Array.of(1 / 127))];
  const words = halves(unrelated);
  const all = new Uint8Array(starts.at(-1) as number);
  parts.forEach((part, place) => {
    all.set(part, starts[place]);
  });
  const { columns, fetched } = columnsOf(all, starts);
  return {
    file: new Answers(kept(whole) as unknown as Kept, new Columns(all.buffer)),
    folder: new Answers(kept(inParts) as unknown as Kept, columns),
    fetched,
  };
}

const ASKED = { layer: "bn", query: "", query_image: "", sort: "alignment", descending: true };
const COLOURED = { layers: ["bn"], query: "bird", query_image: "" };

test.each([
  ["rank", ASKED],
  ["rank", { ...ASKED, query: "bird" }],
  ["rank", { ...ASKED, query: "like #2" }],
  ["rank", { ...ASKED, sort: "clarity", descending: false }],
  ["rank", { ...ASKED, sort: "component" }],
  ["cards", { layer: "bn", components: [3, 0] }],
  ["detail", { layer: "bn", component: 2 }],
  ["labels", { layer: "bn", components: [1, 2] }],
  ["label_layer", { layer: "bn" }],
  ["compare", { names: ["bn:1", "bn:2"] }],
  ["encoding", { ...COLOURED, encoding: "clarity" }],
  ["encoding", { ...COLOURED, encoding: "alignment" }],
  ["thumbnails", { samples: [2, 0] }],
  [
    "example_crops",
    {
      layer: "bn",
      examples: [
        [2, 0],
        [0, 5],
      ],
    },
  ],
])("a folder answers %s %j as a file does", async (kind, params) => {
  const { file, folder } = worlds();
  const [expected, found] = [file.to(kind, params), await loaded(() => folder.to(kind, params))];
  expect(found.result).toEqual(expected.result);
  // The file multiplies embeddings with unrelated words; the folder keeps the products.
  const numbers = (reply: typeof found) =>
    reply.buffers.map((buffer) =>
      [...(kind === "rank" ? new Float32Array(bytes(buffer)) : bytesOf(buffer))].map(
        (value) => Math.round(100 * value) / 100,
      ),
    );
  expect(numbers(found)).toEqual(numbers(expected));
});

test("a card loads the part that it is in, and no other", async () => {
  const { folder, fetched } = worlds();
  await loaded(() => folder.to("cards", { layer: "bn", components: [3] }));
  expect(fetched).toHaveLength(1);
});

test("the channel answers once the parts have arrived, and passes on why they have not", async () => {
  const { folder } = worlds();
  const channel = new PageChannel(folder);
  const ask = (kind: string, params: object) =>
    new Promise<Record<string, unknown>>((resolve) => {
      channel.on("msg:custom", (message) => resolve(message as Record<string, unknown>));
      channel.send({ requests: [{ rid: "1", kind, params }] });
    });
  expect(await ask("cards", { layer: "bn", components: [2] })).toMatchObject({
    rid: "1",
    result: { cards: [{ name: "bn:2" }] },
  });
});

function bytesOf(view: DataView | undefined): Uint8Array {
  return new Uint8Array(bytes(view));
}
