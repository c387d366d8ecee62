/** Alignments without a foundation model, from the words, the image and the neurons that the page keeps. */

import type { Card } from "../generated/protocol";
import { casefold } from "../neurons/casefold";
import { componentNamed } from "../neurons/component_name";
import type { Columns, Kept, KeptLayer } from "./kept";
import type { Neurons } from "./neurons";
import { parsed, type Term } from "./terms";

export interface Query {
  query: string;
  query_image: string;
}

export interface Probe {
  vector: Float32Array;
  /** True for queries of text alone, which can be compared with unrelated words. */
  isText: boolean;
  /** The query's only word; null for composed queries. */
  word: number | null;
  caveat: string;
}

/** Alignments of one layer with unrelated words. */
interface Calibration {
  /** By neuron and word. */
  alignments: Float32Array;
  /** Of each neuron's alignments. */
  mean: Float32Array;
  deviation: Float32Array;
  /** The highest alignment of every word. */
  best: Float32Array;
  n: number;
}

/** Alignments of one layer with a query. */
export interface Aligned {
  /** By neuron; NaN without examples. */
  values: Float32Array;
  calibration: Calibration | null;
  caveat: string;
}

export class Alignments {
  readonly #embeddings = new Map<string, Float32Array>();
  readonly #calibrations = new Map<string, Calibration>();
  readonly #rows: Map<string, number>;

  constructor(
    private readonly kept: Kept,
    private readonly columns: Columns,
    private readonly neurons: ReadonlyMap<string, Neurons>,
  ) {
    const { texts } = kept.words;
    const spelled = texts.map((text, row): [string, number] => [casefold(text), row]);
    this.#rows = new Map([...spelled.reverse(), ...texts.map((text, row): [string, number] => [text, row])]);
  }

  /** Returns the direction of a query; throws for queries that this page cannot answer. */
  probe({ query, query_image }: Query, layer: string): Probe {
    const { dim } = this.kept.words;
    const terms = query.trim() === "" ? [] : parsed(query);
    if (this.kept.matches !== undefined && terms.some(({ kind }) => kind === "component"))
      throw new Error(
        "a number names another neuron on each side; choose the neuron itself to see its match",
      );
    const total = new Float32Array(dim);
    if (query_image !== "") add(total, this.#image(query_image), 1);
    for (const term of terms) add(total, this.#vector(term, layer), term.weight);
    const length = Math.hypot(...total);
    if (length < 1e-6)
      throw new Error(`the terms of '${query}' cancel out, so nothing is left to search for`);
    const [only] = terms;
    const single = terms.length === 1 && only?.kind === "text" && only.weight === 1 && query_image === "";
    return {
      vector: total.map((value) => value / length),
      isText: query_image === "" && terms.every(({ kind }) => kind === "text"),
      word: single ? this.#row(only.text) : null,
      caveat: this.#caveat(terms),
    };
  }

  aligned(layer: string, probe: Probe): Aligned {
    const values = products(this.#embedded(layer), probe.vector);
    const examples = this.#of(layer).values("n_examples");
    for (let component = 0; component < values.length; component++)
      if (examples[component] === 0) values[component] = Number.NaN;
    const { isText, caveat } = probe;
    return { values, calibration: isText ? this.#calibration(layer) : null, caveat };
  }

  #caveat(terms: Term[]): string {
    const texts = terms.filter(({ kind }) => kind === "text");
    const found = texts.map(({ text }) => this.kept.words.caveats[this.#row(text)] ?? "");
    return [...new Set(found)].filter((sentence) => sentence !== "").join(" ");
  }

  /** Returns the cosine of every two neurons, also across layers; null where one has no examples. */
  cosines(cards: readonly Card[]): (number | null)[][] {
    const vectors = cards.map(({ name, n_examples }) => (n_examples === 0 ? null : this.#neuron(name, "")));
    const cosine = (a: Float32Array, b: Float32Array) => products(a, b)[0] ?? null;
    return vectors.map((a) => vectors.map((b) => (a === null || b === null ? null : cosine(a, b))));
  }

  #vector({ kind, text }: Term, layer: string): Float32Array {
    const { vectors, scales, dim } = this.kept.words;
    if (kind === "component") return this.#neuron(text, layer);
    const row = this.#row(text);
    return unit(this.columns.row(vectors, row, dim, this.columns.floats(scales)[row] ?? 0));
  }

  #row(text: string): number {
    const row = this.#rows.get(text) ?? this.#rows.get(casefold(text));
    if (row !== undefined) return row;
    const n = this.kept.words.texts.length.toLocaleString("en");
    throw new Error(`“${text}” is not among the ${n} words kept in this file; query it in the notebook`);
  }

  #image(handle: string): Float32Array {
    const { image } = this.kept;
    if (image?.handle !== handle) throw new Error("a query by image works in the notebook only");
    return this.columns.halves(image.vector);
  }

  #neuron(text: string, shown: string): Float32Array {
    const colon = text.lastIndexOf(":");
    const layer = colon < 0 ? shown : text.slice(0, colon);
    const name = `${layer}:${text.slice(colon + 1).replace("#", "")}`;
    const { n, signed } = this.#of(layer);
    const component = componentNamed(name, layer, n, signed);
    if (component === null) throw new Error(`there is no neuron ${name}`);
    const size = 2 * this.kept.words.dim;
    const [start] = this.#kept(layer).embeddings;
    const vector = this.columns.halves([start + component * size, start + (component + 1) * size]);
    if (!vector.some((value) => value !== 0))
      throw new Error(`${name} has no examples, so nothing can be like it`);
    return unit(vector);
  }

  #embedded(layer: string): Float32Array {
    const known = this.#embeddings.get(layer);
    if (known !== undefined) return known;
    const { embeddings, parts } = this.#kept(layer);
    // Together, so that the reader waits for one thing.
    if (parts !== undefined) this.columns.need([embeddings, parts.unrelated]);
    const made = this.columns.halves(embeddings);
    this.#embeddings.set(layer, made);
    return made;
  }

  #kept(layer: string): KeptLayer {
    const kept = this.kept.layers[layer];
    if (kept === undefined) throw new Error(`layer '${layer}' is not kept in this file`);
    return kept;
  }

  #of(layer: string): Neurons {
    this.#kept(layer);
    return this.neurons.get(layer) as Neurons;
  }

  #calibration(layer: string): Calibration {
    const known = this.#calibrations.get(layer);
    if (known !== undefined) return known;
    const { dim, unrelated } = this.kept.words;
    const n = (unrelated[1] - unrelated[0]) / 2 / dim;
    const made = calibrated(this.#withUnrelated(layer, n), n);
    this.#calibrations.set(layer, made);
    return made;
  }

  /** Returns the alignment of every neuron with every unrelated word. */
  #withUnrelated(layer: string, n: number): Float32Array {
    const kept = this.#kept(layer);
    if (kept.parts !== undefined) return this.columns.halves(kept.parts.unrelated);
    const [words, embedded] = [this.columns.halves(this.kept.words.unrelated), this.#embedded(layer)];
    const { dim } = this.kept.words;
    const alignments = new Float32Array((embedded.length / dim) * n);
    for (let word = 0; word < n; word++)
      products(embedded, words.subarray(word * dim, (word + 1) * dim)).forEach((value, component) => {
        alignments[component * n + word] = value;
      });
    return alignments;
  }
}

function calibrated(alignments: Float32Array, n: number): Calibration {
  const best = new Float32Array(n).fill(-Infinity);
  const rows = alignments.length / n;
  const [mean, deviation] = [new Float32Array(rows), new Float32Array(rows)];
  for (let row = 0; row < rows; row++) {
    const own = alignments.subarray(row * n, (row + 1) * n);
    for (let word = 0; word < n; word++) best[word] = Math.max(best[word] as number, own[word] as number);
    const found = moments(own);
    [mean[row], deviation[row]] = [found.mean, found.deviation];
  }
  return { alignments, best, mean, deviation, n };
}

/** Share of unrelated words with a lower alignment, by neuron; NaN where unknown. */
export function nullShares({ values, calibration }: Aligned): Float32Array {
  return values.map((value, component) => {
    if (calibration === null || Number.isNaN(value)) return Number.NaN;
    const { alignments, n } = calibration;
    return shareBelow(alignments.subarray(component * n, (component + 1) * n), value);
  });
}

/** Share of unrelated words whose best neuron has a lower alignment than the best here; null where unknown. */
export function strength({ values, calibration }: Aligned): number | null {
  const best = values.reduce((most, value) => (value > most ? value : most), -Infinity);
  return calibration === null || best === -Infinity ? null : shareBelow(calibration.best, best);
}

/** Standard deviations above unrelated words, by neuron; NaN where unknown. */
export function nullZScores({ values, calibration }: Aligned): Float32Array {
  return values.map((value, component) => {
    if (calibration === null || Number.isNaN(value)) return Number.NaN;
    const [mean, deviation] = [calibration.mean[component] ?? 0, calibration.deviation[component] ?? 0];
    return (value - mean) / Math.max(deviation, Number.MIN_VALUE);
  });
}

/** Standard deviations above the layer's mean; 0 where all are equal. */
export function zScores({ values }: Aligned): Float32Array {
  const { mean, deviation } = moments(values.filter((value) => !Number.isNaN(value)));
  return values.map((value) => (deviation > 0 ? (value - mean) / deviation : value * 0));
}

function moments(known: Float32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const value of known) sum += value;
  const mean = sum / known.length;
  for (const value of known) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / known.length) };
}

function shareBelow(values: Float32Array, limit: number): number {
  let below = 0;
  for (const value of values) if (value < limit) below += 1;
  return below / values.length;
}

/** Multiplies a matrix by a vector. */
function products(matrix: Float32Array, vector: Float32Array): Float32Array {
  const dim = vector.length;
  const found = new Float32Array(matrix.length / dim);
  for (let row = 0; row < found.length; row++) {
    let sum = 0;
    for (let place = 0; place < dim; place++)
      sum += (matrix[row * dim + place] as number) * (vector[place] as number);
    found[row] = sum;
  }
  return found;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function add(total: Float32Array, vector: Float32Array, weight: number): void {
  for (let place = 0; place < total.length; place++)
    total[place] = (total[place] as number) + weight * (vector[place] as number);
}
