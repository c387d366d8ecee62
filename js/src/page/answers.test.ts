/** Answers of a page of `to_html`, against answers worked out by hand. */

import { expect, test } from "vitest";
import type { Card, DetailResult, ExplainRowsResult } from "../generated/protocol";
import { bytes } from "../kernel/columns";
import { Answers } from "./answers";
import { type At, Columns, type Kept } from "./kept";

/** Neurons along x, along y, between them, and one without examples; words along x and between. */
const EMBEDDINGS = [1, 0, 0, 1, 0.6, 0.8, 0, 0];
const UNRELATED = [0, 1, 0.8, 0.6];

function world(): Answers {
  const parts: Uint8Array[] = [];
  let size = 0;
  const add = (part: ArrayBufferView): At => {
    const start = size;
    const padded = new Uint8Array(Math.ceil(part.byteLength / 8) * 8);
    padded.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    parts.push(padded);
    size += padded.length;
    return [start, start + part.byteLength];
  };
  const halves = (values: number[]) => add(Int16Array.from(values, (value) => Math.round(value * 32767)));
  const details = [0.1, 0.4, null, 0.2].map((clarity, component) => {
    const card = { component, clarity, n_examples: component === 3 ? 0 : 2, samples: [component] };
    return { card: card as Partial<Card> as Card } as DetailResult;
  });
  const kept = {
    traits: {},
    ids: [0, 2, 4],
    pictures: { samples: { at: add(Uint8Array.of(1, 2, 2, 3, 3, 3)), offsets: [0, 1, 3, 6] } },
    layers: {
      bn: { signed: false, details, names: null, embeddings: halves(EMBEDDINGS), crops: null },
    },
    maps: [{ layers: ["bn"], result: { final: true }, buffers: [] }],
    words: {
      texts: ["bird", "Car"],
      dim: 2,
      caveats: { 1: "blind to cars" },
      vectors: add(Int8Array.of(127, 0, 90, 90)),
      scales: add(Float32Array.of(1 / 127, 1 / 127)),
      unrelated: halves(UNRELATED),
      places: [add(Float32Array.of(1, 2, Number.NaN, Number.NaN))],
    },
    image: { handle: "h", vector: halves([0, 1]) },
    audits: {},
    answers: {
      prediction: {
        explain: { result: { grid: [1, 2], sides: [10, 20] }, buffers: [] },
        rows: {
          relevance: { rows: [{ component: 0, relevance: 3 }], also: [], n: 1, others: {}, caveat: "" },
        },
        places: {
          at: [
            { n: 0, rows: [] },
            { n: 7, rows: [[2, 0.9, 0.1]] },
          ],
          rows: { 2: { component: 2, relevance: 1, strength: 0.5, here: 0 } },
        },
      },
    },
  };
  const whole = new Uint8Array(size);
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return new Answers(kept as unknown as Kept, new Columns(whole.buffer));
}

const ASKED = { layer: "bn", query: "", query_image: "", sort: "alignment", descending: true };

function rank(asked: Partial<typeof ASKED>) {
  const { result, buffers } = world().to("rank", { ...ASKED, ...asked });
  const floats = (place: number) => [...new Float32Array(bytes(buffers[place]))];
  return {
    result: result as Record<string, unknown>,
    order: [...new Uint32Array(bytes(buffers[0]))],
    alignment: floats(1),
    shares: floats(2),
    z: floats(3),
  };
}

test("a word ranks the neurons by their cosine, those without examples last", () => {
  const { order, alignment, result } = rank({ query: "bird" });
  expect(order).toEqual([0, 2, 1, 3]);
  [1, 0.6, 0].forEach((value, place) => {
    expect(alignment[place]).toBeCloseTo(value, 3);
  });
  expect(alignment[3]).toBeNaN();
  expect(result).toMatchObject({ n: 4, has_query: true });
  expect(result.max).toBeCloseTo(1, 3);
});

test("every answer is compared with what unrelated words reach", () => {
  const { shares, result, z } = rank({ query: "bird" });
  // Neuron 0 has 0 and 0.8 with the unrelated words: 1 is above both. Neuron 2 has 0.8 and 0.96, neuron 1 has 1 and 0.6.
  expect(shares.slice(0, 3)).toEqual([1, 0, 0]);
  // The best of the words: 1 for the first (neuron 1), 0.96 for the second (neuron 2); 1 is above the second alone.
  expect(result).toMatchObject({ strength: 0.5, weak: false });
  const [mean, values] = [1.6 / 3, [1, 0.6, 0]];
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
  values.forEach((value, place) => {
    expect(z[place]).toBeCloseTo((value - mean) / deviation, 2);
  });
});

test("terms add up and take away, whatever their spelling; a neuron may be among them", () => {
  // (1, 1) / √2 less (1, 0): neuron 1 first.
  expect(rank({ query: "CAR - bird" }).order[0]).toBe(1);
  const like = rank({ query: "like #2" });
  expect(like.order[0]).toBe(2);
  // Only a query of text alone can be compared with words.
  expect(like.shares.every(Number.isNaN)).toBe(true);
  expect(like.result.strength).toBeNull();
});

test("a word that the foundation model is blind to has its sentence, alone and among others", () => {
  expect(rank({ query: "bird" }).result.caveat).toBe("");
  expect(rank({ query: "CAR - bird" }).result.caveat).toBe("blind to cars");
  const coloured = { layers: ["bn"], encoding: "alignment", query: "car", query_image: "" };
  expect(world().to("encoding", coloured).result).toMatchObject({ caveat: "blind to cars" });
});

test("the picture that was the query still is; another cannot be", () => {
  expect(rank({ query_image: "h" }).order[0]).toBe(1);
  expect(() => rank({ query_image: "other" })).toThrow("in the notebook");
  expect(() => world().to("image", {})).toThrow("no model to embed an image");
});

test("a word that is not kept is refused by name, with how many are", () => {
  expect(() => rank({ query: "zebra" })).toThrow("“zebra” is not among the 2 words kept in this file");
  expect(() => rank({ query: "#9" })).toThrow("there is no neuron bn:9");
  expect(() => rank({ query: "#3" })).toThrow("has no examples");
});

test("without a query neurons come by number, by a score with what has none last, dead ones always last", () => {
  expect(rank({}).order).toEqual([0, 1, 2, 3]);
  expect(rank({ sort: "component" }).order).toEqual([2, 1, 0, 3]);
  expect(rank({ sort: "clarity" }).order).toEqual([1, 0, 2, 3]);
  expect(rank({ sort: "clarity", descending: false }).order).toEqual([0, 1, 2, 3]);
  expect(rank({}).alignment).toEqual([]);
});

test("a map is coloured by scores and by queries, and a word has its mark", () => {
  const answers = world();
  const asked = { layers: ["bn"], query: "bird", query_image: "" };
  const colours = (encoding: string) => answers.to("encoding", { ...asked, encoding });
  expect(colours("clarity").result).toMatchObject({ kind: "sequential", min: 0.1, max: 0.4 });
  const aligned = [...new Float32Array(bytes(colours("alignment").buffers[0]))];
  expect(aligned[2]).toBeCloseTo(0.6, 3);
  expect(answers.to("probe", asked).result).toEqual({ x: 1, y: 2 });
  expect(answers.to("probe", { ...asked, query: "car" }).result).toEqual({ x: null, y: null });
});

test("pictures are packed in the order in which they are asked for", () => {
  const { result, buffers } = world().to("thumbnails", { samples: [2, 0] });
  expect(result).toEqual({ offsets: [0, 3, 4] });
  expect([...new Uint8Array(bytes(buffers[0]))]).toEqual([3, 3, 3, 1]);
  // By their index in the dataset; what is nobody's example has no picture.
  expect(world().to("audit_pictures", { samples: [2, 3] }).result).toEqual({ offsets: [0, 2, 2] });
  const examples = [[2, 0]];
  expect(world().to("example_crops", { layer: "bn", examples }).result).toEqual({ offsets: [0, 3] });
});

test("a place of an explained image has its strongest neurons, and how many fire there", () => {
  const ask = (place: number[], also: number[] = []) =>
    world().to("explain_rows", { by: "relevance", n: 20, also, place }).result as ExplainRowsResult;
  const there = { component: 2, relevance: 1, strength: 0.9, here: 0.1 };
  expect(ask([15, 5])).toMatchObject({ rows: [there], also: [], n: 7 });
  expect(ask([9.9, 9.9])).toMatchObject({ rows: [], n: 0 });
  expect(ask([], [2])).toMatchObject({ rows: [{ component: 0 }], also: [{ component: 2 }], n: 1 });
  expect(() => ask([15, 25])).toThrow("this place is not kept");
});

test("what needs Python says so", () => {
  expect(() => world().to("ablate", {})).toThrow("this needs Python: use the notebook");
});
