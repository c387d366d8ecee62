/** Answers of a page of `to_html`: the requests of `kernel/`, answered from what the page keeps. */
import { WEAK_BELOW } from "../generated/constants";
import type { Card, MapResult, SamplesResult, Sort } from "../generated/protocol";
import type { Reply } from "../kernel/types";
import { type Aligned, Alignments, nullShares, type Query, strength, zScores } from "./alignments";
import type { At, Columns, Kept, KeptAudit, KeptFiles, KeptLayer, KeptReply } from "./kept";

type Params = Record<string, unknown>;
type Answered = Reply<unknown>;

const NEEDS_KERNEL: Readonly<Record<string, string>> = {
  image: "this file has no model to embed an image; query by image in the notebook",
};

export class Answers {
  private readonly alignments: Alignments;

  constructor(
    private readonly kept: Kept,
    private readonly columns: Columns,
  ) {
    this.alignments = new Alignments(kept, columns);
  }

  /** Answers a request; throws when the page keeps no answer. */
  to(kind: string, params: Params): Answered {
    const ways: Record<string, () => Answered> = {
      shown: () => plain({}),
      prepare: () => plain({}),
      complete: () => plain({ words: [] }),
      rank: () => this.rank(params),
      cards: () => plain({ cards: pick(this.layer(params).details, params).map(({ card }) => card) }),
      detail: () => plain(this.layer(params).details[params.component as number]),
      label_layer: () => plain(this.names(params).named),
      labels: () => plain({ labels: pick(this.names(params).labels, params) }),
      thumbnails: () => this.files(this.kept.pictures.samples, params.samples as number[]),
      example_crops: () => this.crops(params),
      map: () => this.again(this.map(params)),
      encoding: () => this.encoding(params),
      probe: () => this.place(params),
      audit_classes: () => plain(this.audit(params)?.classes),
      audit: () => this.judged(params),
      audit_summary: () => plain(this.audit(params)?.summary),
      audit_samples: () => plain(this.samples(params)),
      audit_pictures: () => this.pictures(params.samples as number[]),
    };
    const way = ways[kind];
    if (way === undefined) throw new Error(NEEDS_KERNEL[kind] ?? "this needs Python: use the notebook");
    return way();
  }

  private rank(params: Params): Answered {
    const { details, signed } = this.layer(params);
    const sort = params.sort as Sort;
    const answer = hasQuery(params) ? this.aligned(String(params.layer), params) : null;
    const values = sortValues(
      details.map(({ card }) => card),
      sort,
      answer,
    );
    const order = ordered(
      values,
      sort === "alignment" && answer === null ? false : params.descending === true,
    );
    const placed = (column: Float32Array) =>
      buffer(Float32Array.from(order, (component) => column[component] as number));
    const columns = answer === null ? [] : [answer.values, nullShares(answer), zScores(answer)];
    const empty = new Float32Array();
    return {
      result: {
        n: details.length,
        has_query: answer !== null,
        signed,
        ...worth(answer),
      },
      buffers: [
        buffer(order),
        ...(answer === null ? [empty, empty, empty].map(buffer) : columns.map(placed)),
      ],
    };
  }

  private encoding(params: Params): Answered {
    const layers = params.layers as string[];
    const asked = params.encoding as Sort;
    if (asked !== "alignment") {
      const cards = layers.flatMap((layer) => this.layer({ layer }).details.map(({ card }) => card));
      return numbers(
        "sequential",
        cards.map((card) => measure(card, asked)),
        "",
      );
    }
    if (layers.length > 1 && /(^|\s)[-+]?#\d/u.test(String(params.query)))
      throw new Error(`the map has several layers; write the layer with the number, as in '${layers[0]}:12'`);
    const answers = layers.map((layer) => this.aligned(layer, params));
    const strengths = answers.map(strength).filter((one) => one !== null);
    const most = Math.max(...strengths);
    const why = `${Math.round(100 - 100 * most)} % of unrelated words find a neuron that answers better.`;
    const weak = strengths.length > 0 && most < WEAK_BELOW;
    return numbers(
      "diverging",
      answers.flatMap(({ values }) => [...values]),
      weak ? why : "",
    );
  }

  /** Returns a word's position on the map; a composed query has none here. */
  private place(params: Params): Answered {
    const layers = params.layers as string[];
    const number = this.kept.maps.findIndex((map) => same(map.layers, layers));
    const { word } = this.alignments.probe(asQuery(params), layers[0] ?? "");
    const at = this.kept.words.places[number];
    if (word === null || at === undefined) return plain({ x: null, y: null });
    const [x, y] = this.columns.floats(at).subarray(2 * word, 2 * word + 2);
    return plain({ x: finite(x), y: finite(y) });
  }

  private judged(params: Params): Answered {
    const audit = this.audit(params);
    const reply = audit?.judged[String(params.class_name)];
    if (reply === undefined) throw new Error(`the class '${params.class_name}' is not kept in this file`);
    return this.again(reply);
  }

  private samples({ layer, component, class_name, of }: Params): SamplesResult {
    const audit = this.audit({ layer });
    const kept = of === "all" ? audit?.of_all : audit?.judged[String(class_name)]?.samples;
    const found = kept?.[String(component)];
    if (found === undefined) throw new Error("this file keeps samples of the most relevant neurons only");
    return found;
  }

  private aligned(layer: string, params: Params): Aligned {
    return this.alignments.aligned(layer, this.alignments.probe(asQuery(params), layer));
  }

  private layer({ layer }: Params): KeptLayer {
    const kept = this.kept.layers[String(layer)];
    if (kept === undefined) throw new Error(`layer '${layer}' is not kept in this file`);
    return kept;
  }

  private names(params: Params) {
    const { names } = this.layer(params);
    if (names === null) throw new Error("the neurons of this file have no labels");
    return names;
  }

  private map({ layers }: Params): KeptReply {
    const found = this.kept.maps.find((map) => same(map.layers, layers as string[]));
    if (found === undefined) throw new Error("this map is not kept in this file");
    return found satisfies { result: unknown } as KeptReply & { result: MapResult };
  }

  private audit({ layer }: Params): KeptAudit | undefined {
    return this.kept.audits[String(layer)];
  }

  private crops(params: Params): Answered {
    const { crops, details } = this.layer(params);
    const asked = params.examples as [component: number, rank: number][];
    const { samples, crops: files = samples } = this.kept.pictures;
    if (crops === null)
      return this.files(
        samples,
        asked.map(([component, rank]) => details[component]?.card.samples[rank] ?? -1),
      );
    return this.files(
      files,
      asked.map(([component, rank]) => crops.rows[component * crops.k + rank] ?? -1),
    );
  }

  private pictures(samples: number[]): Answered {
    const rows = new Map(this.kept.ids.map((id, row) => [id, row]));
    return this.files(
      this.kept.pictures.samples,
      samples.map((id) => rows.get(id) ?? -1),
    );
  }

  /** Packs the files of these rows as Python does, with an empty file for row -1. */
  private files({ at, offsets }: KeptFiles, rows: number[]): Answered {
    const ends = [0];
    const parts = rows.map((row) => {
      const [start = 0, end = start] = row < 0 ? [] : offsets.slice(row, row + 2);
      ends.push((ends.at(-1) as number) + end - start);
      const part: At = [at[0] + start, at[0] + end];
      const view = this.columns.view(part);
      return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
    });
    const packed = new Uint8Array(ends.at(-1) as number);
    parts.forEach((part, place) => {
      packed.set(part, ends[place]);
    });
    return { result: { offsets: ends }, buffers: [buffer(packed)] };
  }

  private again({ result, buffers }: KeptReply): Answered {
    return { result, buffers: buffers.map((at) => this.columns.view(at)) };
  }
}

function asQuery({ query, query_image }: Params): Query {
  return { query: String(query ?? ""), query_image: String(query_image ?? "") };
}

function hasQuery(params: Params): boolean {
  const { query, query_image } = asQuery(params);
  return query.trim() !== "" || query_image !== "";
}

function worth(answer: Aligned | null) {
  if (answer === null) return { weak: false, strength: null, min: null, max: null };
  const share = strength(answer);
  return { weak: share !== null && share < WEAK_BELOW, strength: share, ...ends([...answer.values]) };
}

function sortValues(cards: Card[], sort: Sort, answer: Aligned | null): ArrayLike<number> {
  if (sort === "alignment" && answer !== null) return answer.values;
  return cards.map((card) =>
    sort === "component" || sort === "alignment" ? card.component : measure(card, sort),
  );
}

function measure(card: Card, of: Exclude<Sort, "alignment" | "component"> | Sort): number {
  return (card as unknown as Record<string, number | null>)[of] ?? Number.NaN;
}

/** Sorts components by value, ties by number, missing values last. */
function ordered(values: ArrayLike<number>, descending: boolean): Uint32Array {
  const key = (component: number) => {
    const value = values[component] as number;
    return Number.isNaN(value) ? Infinity : descending ? -value : value;
  };
  const keys = Array.from(values, (_, component) => key(component));
  const components = Array.from(values, (_, component) => component);
  return Uint32Array.from(
    components.sort((a, b) => {
      const [first, second] = [keys[a] as number, keys[b] as number];
      return first === second ? a - b : first - second;
    }),
  );
}

function numbers(kind: "sequential" | "diverging", values: number[], message: string): Answered {
  return {
    result: { kind, ...ends(values), legend: [], weak: message !== "", message },
    buffers: [buffer(Float32Array.from(values))],
  };
}

function ends(values: number[]): { min: number | null; max: number | null } {
  const known = values.filter(Number.isFinite);
  const low = known.reduce((least, value) => Math.min(least, value), Infinity);
  const high = known.reduce((most, value) => Math.max(most, value), -Infinity);
  return { min: finite(low), max: finite(high) };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function pick<Item>(items: Item[], { components }: Params): Item[] {
  return (components as number[]).map((component) => items[component] as Item);
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, place) => name === others[place]);
}

function plain(result: unknown): Answered {
  return { result, buffers: [] };
}

function buffer({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView {
  return new DataView(buffer as ArrayBuffer, byteOffset, byteLength);
}
