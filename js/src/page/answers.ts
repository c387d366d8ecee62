/** Answers of a page of `to_html`: the requests of `kernel/`, answered from what the page keeps. */
import { TWO_SCALES, WEAK_BELOW } from "../generated/constants";
import type {
  AuditSamplesParams,
  BeforeResult,
  CompareResult,
  EncodingParams,
  EncodingResult,
  ExplainedRow,
  ExplainRowsParams,
  ExplainRowsResult,
  PicturesResult,
  ProbeParams,
  ProbeResult,
  RankParams,
  RankResult,
  SamplesResult,
  Sort,
} from "../generated/protocol";
import type { Kind, Params, Reply, ReplyTo } from "../kernel/types";
import { casefold } from "../neurons/casefold";
import { componentNamed } from "../neurons/component_name";
import {
  type Aligned,
  Alignments,
  nullShares,
  nullZScores,
  type Query,
  strength,
  zScores,
} from "./alignments";
import type { At, Columns, Kept, KeptFiles, KeptPrediction, KeptReply } from "./kept";
import { Neurons } from "./neurons";

const COMPLETIONS = 8;

type Handlers = { readonly [Name in Kind]?: (params: Params<Name>) => ReplyTo<Name> };

export class Answers {
  /** By foundation model. */
  readonly #spaces: readonly Alignments[];
  readonly #handlers: Handlers = {
    shown: () => plain({}),
    prepare: () => plain({}),
    complete: ({ text }) => plain({ words: this.#words(casefold(text)) }),
    query_picture: ({ handle }) => this.#queryPicture(handle),
    rank: (params) => this.#rank(params),
    cards: ({ layer, components }) => plain({ cards: this.#neurons(layer).cards(components) }),
    detail: ({ layer, component }) => plain(this.#neurons(layer).detail(component)),
    compare: ({ names }) => plain(this.#compare(names)),
    label_layer: ({ layer }) => plain(this.#names(layer).named),
    labels: ({ layer, components }) => plain({ labels: this.#labels(layer, components) }),
    thumbnails: ({ samples }) => this.#files(this.kept.pictures.samples, samples),
    example_crops: ({ layer, examples }) => this.#crops(layer, examples),
    map: ({ layers }) => this.#map(layers),
    encoding: (params) => this.#encoding(params),
    probe: (params) => this.#place(params),
    nearest: ({ source, target }) => this.#again(this.#matches(source, target).nearest),
    chance: ({ source, target }) => this.#again(this.#matches(source, target).chance),
    audit_classes: ({ layer }) => plain(this.#audit(layer).classes),
    audit: ({ layer, class_name }) => this.#again(this.#judged(layer, class_name)),
    audit_before: ({ layer, class_name }) => this.#before(layer, class_name),
    audit_summary: ({ layer }) => plain(this.#audit(layer).summary),
    audit_within: () => plain({}),
    audit_samples: (params) => plain(this.#samples(params)),
    audit_pictures: ({ samples }) => this.#pictures(samples),
    graph: () => plain(known(this.kept.answers?.graph, "graph")),
    graph_without: ({ nodes }) => plain(this.#without(nodes)),
    explain: () => this.#again(this.#prediction().explain),
    explain_rows: (params) => plain(this.#explainedRows(params)),
    explain_effects: ({ components }) =>
      plain({ effects: components.map((component) => this.#prediction().effects[component] ?? null) }),
    explain_heatmap: ({ component }) =>
      this.#again(known(this.#prediction().heatmaps[component], "this heat map")),
    knowledge: () => plain(known(this.kept.answers?.knowledge, "knowledge")),
    image: () => {
      throw new Error("this file has no model to embed an image; query by image in the notebook");
    },
  };

  readonly #known: ReadonlyMap<string, Neurons>;

  constructor(
    private readonly kept: Kept,
    private readonly columns: Columns,
  ) {
    const layers = Object.entries(kept.layers);
    this.#known = new Map(layers.map(([name, layer]) => [name, new Neurons(layer, columns)]));
    this.#spaces = [kept, ...(kept.spaces ?? [])].map(
      (space) => new Alignments({ ...kept, ...space }, columns, this.#known),
    );
  }

  /** Answers a request; throws when the page keeps no answer. */
  to(kind: string, params: object): Reply<unknown> {
    const handler = this.#handlers[kind as Kind] as ((params: object) => Reply<unknown>) | undefined;
    if (handler === undefined) throw new Error("this needs Python: use the notebook");
    return handler(params);
  }

  #prediction(): KeptPrediction {
    return known(this.kept.answers?.prediction, "this image");
  }

  #explainedRows({ by, n, also, place: [x, y] }: ExplainRowsParams): ExplainRowsResult {
    const { explain, places, rows } = this.#prediction();
    const kept = known(rows[by], "this order");
    const all = [...kept.rows, ...kept.also, ...Object.values(places?.rows ?? {})];
    const named = all.filter(({ component }) => also.includes(component));
    if (x === undefined || y === undefined) return { ...kept, rows: kept.rows.slice(0, n), also: named };
    const { grid, sides } = explain.result;
    const cell = (at: number, axis: 0 | 1) =>
      Math.floor((at * (grid?.[axis] ?? 0)) / (sides[axis] as number));
    const there = known(places?.at[cell(y, 0) * (grid?.[1] ?? 0) + cell(x, 1)], "this place");
    const found = there.rows.map(([component, strength, here]) => ({
      ...(places?.rows[component] as ExplainedRow),
      strength,
      here,
    }));
    return { ...kept, rows: found, also: named, n: there.n };
  }

  #compare(names: string[]): CompareResult {
    const neurons = names.map((name) => {
      const layer = name.slice(0, name.lastIndexOf(":"));
      const neurons = this.#neurons(layer);
      const component = componentNamed(name, layer, neurons.n, neurons.signed);
      if (component === null) throw new Error(`there is no neuron ${name}`);
      return { layer, detail: neurons.detail(component) };
    });
    return { neurons, cosines: this.#space().cosines(neurons.map(({ detail }) => detail.card)) };
  }

  #words(start: string): string[] {
    return this.kept.words.texts.filter((word) => casefold(word).startsWith(start)).slice(0, COMPLETIONS);
  }

  #queryPicture(handle: string) {
    const { image } = this.kept;
    if (image?.handle !== handle) throw new Error("this image is not kept in this file");
    return this.#again(image.picture);
  }

  #rank({ layer, sort, descending, ...query }: RankParams): Reply<RankResult> {
    const neurons = this.#neurons(layer);
    const { n, signed } = neurons;
    const answer = query.query.trim() !== "" || query.query_image !== "" ? this.#aligned(layer, query) : null;
    const order = ordered(
      sortValues(neurons, sort, answer),
      descending && (sort !== "alignment" || answer !== null),
    );
    const columns =
      answer === null ? [] : [answer.values, nullShares(answer), zScores(answer), nullZScores(answer)];
    const placed = columns.map((column) => Float32Array.from(order, (component) => column[component] ?? NaN));
    return {
      result: { n, has_query: answer !== null, signed, ...worth(answer) },
      buffers: [order, ...(answer === null ? Array(4).fill(new Float32Array()) : placed)].map(buffer),
    };
  }

  #encoding({ layers, encoding, ...query }: EncodingParams): Reply<EncodingResult> {
    if (encoding !== "alignment") {
      const values = layers.flatMap((layer) => Array.from(this.#neurons(layer).values(encoding)));
      return numbers("sequential", values, "");
    }
    if (layers.length > 1 && /(^|\s)[-+]?#\d/u.test(query.query))
      throw new Error(`the map has several layers; write the layer with the number, as in '${layers[0]}:12'`);
    const answers = layers.map((layer) => this.#aligned(layer, query));
    const strengths = answers.map(strength).filter((one) => one !== null);
    const most = Math.max(...strengths);
    const why = `${Math.round(100 - 100 * most)} % of unrelated words find a neuron that answers better.`;
    const weak = strengths.length > 0 && most < WEAK_BELOW;
    const isOneSpace = new Set(layers.map((layer) => this.#space(layer))).size === 1;
    const values = answers.flatMap((answer) => [...(isOneSpace ? answer.values : nullZScores(answer))]);
    const caveats = [isOneSpace ? "" : TWO_SCALES, ...answers.map(({ caveat }) => caveat)];
    const caveat = [...new Set(caveats)].filter((text) => text !== "").join(" ");
    return numbers("diverging", values, weak ? why : "", caveat);
  }

  /** Returns a word's position on the map; a composed query has none here. */
  #place({ layers, query, query_image }: ProbeParams): Reply<ProbeResult> {
    const number = this.kept.maps.findIndex((map) => same(map.layers, layers));
    const { word } = this.#space(layers[0]).probe({ query, query_image }, layers[0] ?? "");
    const at = this.kept.words.places[number];
    if (word === null || at === undefined) return plain({ x: null, y: null });
    const [x, y] = this.columns.floats(at).subarray(2 * word, 2 * word + 2);
    return plain({ x: finite(x), y: finite(y) });
  }

  #before(layer: string, className: string): Reply<BeforeResult> {
    const { before } = this.#judged(layer, className);
    if (before === null) throw new Error("no earlier audit is kept in this file");
    return this.#again(before);
  }

  #judged(layer: string, className: string) {
    const reply = this.#audit(layer).judged[className];
    if (reply === undefined) throw new Error(`the class '${className}' is not kept in this file`);
    return reply;
  }

  #samples({ layer, component, class_name, of }: AuditSamplesParams): SamplesResult {
    const { of_all, judged } = this.#audit(layer);
    const found = (of === "all" ? of_all : judged[class_name]?.samples)?.[component];
    if (found === undefined) throw new Error("this file keeps samples of the most relevant neurons only");
    return found;
  }

  #aligned(layer: string, query: Query): Aligned {
    const space = this.#space(layer);
    return space.aligned(layer, space.probe(query, layer));
  }

  #space(layer = ""): Alignments {
    return this.#spaces[this.kept.layers[layer]?.space ?? 0] as Alignments;
  }

  #matches(source: string, target: string) {
    const found = this.kept.matches?.[source]?.[target];
    if (found === undefined)
      throw new Error(`matches of '${source}' in '${target}' are not kept in this file`);
    return found;
  }

  #neurons(layer: string): Neurons {
    return known(this.#known.get(layer), `layer '${layer}'`);
  }

  #audit(layer: string) {
    return known(this.kept.audits[layer], `layer '${layer}'`);
  }

  #names(layer: string) {
    const { names } = known(this.kept.layers[layer], `layer '${layer}'`);
    if (names === null) throw new Error("the neurons of this file have no labels");
    return names;
  }

  #labels(layer: string, components: number[]) {
    this.#names(layer);
    return this.#neurons(layer).labels(components);
  }

  #without(nodes: string[]) {
    const kept = this.kept.answers?.graph_without;
    if (kept === undefined || !same(kept.nodes, nodes))
      throw new Error("this file keeps what falls without the nodes that were out when it was written");
    return kept.result;
  }

  #map(layers: string[]) {
    const found = this.kept.maps.find((map) => same(map.layers, layers));
    if (found === undefined) throw new Error("this map is not kept in this file");
    return this.#again(found);
  }

  #crops(layer: string, examples: number[][]): Reply<PicturesResult> {
    const { samples, crops = samples } = this.kept.pictures;
    const { rows, areCrops } = this.#neurons(layer).exampleRows(examples);
    return this.#files(areCrops ? crops : samples, rows);
  }

  #pictures(samples: number[]): Reply<PicturesResult> {
    const rows = new Map(this.kept.ids.map((id, row) => [id, row]));
    return this.#files(
      this.kept.pictures.samples,
      samples.map((id) => rows.get(id) ?? -1),
    );
  }

  /** Packs the files of these rows as Python does, with an empty file for row -1. */
  #files({ at, offsets }: KeptFiles, rows: number[]): Reply<PicturesResult> {
    const ends = [0];
    const places = rows.map((row): At => {
      const [start = 0, end = start] = row < 0 ? [] : offsets.slice(row, row + 2);
      ends.push((ends.at(-1) as number) + end - start);
      return [at[0] + start, at[0] + end];
    });
    this.columns.need(places);
    const parts = places.map((place) => {
      const view = this.columns.view(place);
      return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
    });
    const packed = new Uint8Array(ends.at(-1) as number);
    parts.forEach((part, place) => {
      packed.set(part, ends[place]);
    });
    return { result: { offsets: ends }, buffers: [buffer(packed)] };
  }

  #again<Result>({ result, buffers }: KeptReply<Result>): Reply<Result> {
    this.columns.need(buffers);
    return { result, buffers: buffers.map((at) => this.columns.view(at)) };
  }
}

function known<Value>(kept: Value | undefined, what: string): Value {
  if (kept === undefined) throw new Error(`${what} is not kept in this file`);
  return kept;
}

function worth(answer: Aligned | null) {
  if (answer === null) return { weak: false, strength: null, caveat: "", min: null, max: null };
  const share = strength(answer);
  const weak = share !== null && share < WEAK_BELOW;
  return { weak, strength: share, caveat: answer.caveat, ...ends([...answer.values]) };
}

function sortValues(neurons: Neurons, sort: Sort, answer: Aligned | null): ArrayLike<number> {
  if (sort === "alignment" && answer !== null) return answer.values;
  const values = neurons.values(sort === "alignment" ? "component" : sort);
  const examples = neurons.values("n_examples");
  return Array.from(values, (value, component) => (examples[component] === 0 ? Number.NaN : value));
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

function numbers(
  kind: "sequential" | "diverging",
  values: number[],
  message: string,
  caveat = "",
): Reply<EncodingResult> {
  return {
    result: { kind, ...ends(values), weak: message !== "", message, caveat },
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

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, place) => name === others[place]);
}

function plain<Result>(result: Result): Reply<Result> {
  return { result, buffers: [] };
}

function buffer({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView {
  return new DataView(buffer as ArrayBuffer, byteOffset, byteLength);
}
