/** A kernel that makes its answers up, and misbehaves on request: slow, failing, busy, gone. */
import type { Kernel, KernelStatus, Reply, RequestOptions } from "../src/kernel/types";
import type { DetailResult, RankResult, SortKey } from "../src/neuron_gallery/state/protocol";
import type { Card, NeuronLabel } from "../src/neurons/neuron";
import { type Photo, photoFile } from "./fake_photos";

export interface Misbehaviour {
  n: number;
  slow: number;
  state: string;
}

const HOSTILE = "<img src=x onerror=\"document.title='hacked'\">";
const LONG = "a very long label that somebody wrote as a whole sentence, with commas, and does not end";

/** A number in 0 to 1 that is always the same for the same arguments. */
function chance(...seeds: number[]): number {
  let x = 0x9e3779b9;
  for (const seed of seeds) {
    x = Math.imul(x ^ (seed + 0x85ebca6b), 0xc2b2ae35);
    x ^= x >>> 15;
  }
  return (x >>> 0) / 2 ** 32;
}

export class FakeKernel implements Kernel {
  status: KernelStatus = "ready";
  requests: string[] = [];
  private readonly listeners = new Set<(status: KernelStatus) => void>();
  private readonly cards = new Map<string, Card>();
  private readonly families = new Map<string, number[]>();
  private readonly slots = new Map<string, AbortController>();

  constructor(
    private readonly photos: Photo[],
    readonly how: Misbehaviour,
  ) {}

  onStatus(listener: (status: KernelStatus) => void, signal: AbortSignal): void {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener));
  }

  become(status: KernelStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener(status);
  }

  async request<T>(
    kind: string,
    params: Record<string, unknown>,
    options: RequestOptions = {},
  ): Promise<Reply<T>> {
    this.requests.push(kind);
    const aborted = this.slot(options.slot);
    await delay(this.how.slow, aborted);
    if (this.how.state === "error" && kind === "rank")
      throw failure("LensError", "the lens was written by version 9; install a newer semanticlens-widgets");
    if (this.how.state === "card_error" && kind === "cards")
      throw failure("OSError", "the file runs/r50/cards.safetensors is truncated");
    if (kind === "name") await this.nameSlowly(options);
    const answer = await this.answer(kind, params);
    if (aborted?.aborted) throw new DOMException("superseded", "AbortError");
    return answer as Reply<T>;
  }

  private slot(name: string | undefined): AbortSignal | undefined {
    if (name === undefined) return undefined;
    this.slots.get(name)?.abort();
    const own = new AbortController();
    this.slots.set(name, own);
    return own.signal;
  }

  private async answer(kind: string, params: Record<string, unknown>): Promise<Reply<unknown>> {
    if (kind === "rank") return this.rank(params as unknown as RankParams);
    if (kind === "cards")
      return {
        result: {
          cards: (params.components as number[]).map((k) => this.card(String(params.layer), k)),
        },
        buffers: [],
      };
    if (kind === "thumbnails")
      return this.thumbnails(params.samples as number[], params.size === "large" ? 224 : 128);
    if (kind === "detail")
      return { result: this.detail(String(params.layer), Number(params.component)), buffers: [] };
    if (kind === "name")
      return {
        result: {
          n: this.how.n,
          n_clear: Math.round(0.7 * this.how.n),
          clear_above: 2.75,
        },
        buffers: [],
      };
    if (kind === "labels")
      return {
        result: {
          labels: (params.components as number[]).map((k) => this.neuronLabel(String(params.layer), k)),
        },
        buffers: [],
      };
    if (kind === "image") return { result: { handle: "image-1", width: 224, height: 224 }, buffers: [] };
    throw failure("ValueError", `no such request: ${kind}`);
  }

  private nComponents(layer: string): number {
    return layer === "bn2" ? this.how.n : 320;
  }

  private rank({ layer, query, query_image, sort, descending }: RankParams): Reply<RankResult> {
    if (query.startsWith("#") && Number(query.slice(1)) >= this.nComponents(layer)) {
      throw failure(
        "ValueError",
        `layer '${layer}' has components 0 to ${this.nComponents(layer) - 1}, not '${query}'`,
      );
    }
    const n = this.nComponents(layer);
    const hasQuery = query !== "" || query_image !== "";
    const alignments = Array.from({ length: n }, (_, k) =>
      hasQuery ? this.alignment(layer, k, query || "flower") : 0,
    );
    const key = sort === "alignment" && !hasQuery ? "component" : sort;
    const way = descending && !(sort === "alignment" && !hasQuery) ? -1 : 1;
    const value = (k: number) =>
      key === "alignment" ? known(alignments[k]) : key === "component" ? k : (this.card(layer, k)[key] ?? 0);
    const order = Uint32Array.from({ length: n }, (_, k) => k).sort(
      (a, b) => way * (value(a) - value(b)) || a - b,
    );
    const by = (column: (alignment: number) => number) =>
      Float32Array.from(hasQuery ? order : [], (k) => column(alignments[k] ?? 0));
    const best = Math.max(...alignments.filter((a) => !Number.isNaN(a)));
    const weak = hasQuery && (this.how.state === "weak" || best < 0.3);
    return {
      result: {
        n,
        has_query: hasQuery,
        signed: false,
        weak,
        strength: hasQuery ? (weak ? 0.61 : 0.995) : null,
        message: weak
          ? `The best neuron answers to ‘${query}’ no better than to 39 % of unrelated words.`
          : "",
        min: hasQuery && n > 0 ? Math.min(...alignments.filter((a) => !Number.isNaN(a))) : null,
        max: hasQuery && n > 0 ? best : null,
        description: query,
      },
      buffers: [
        order,
        by((a) => a),
        by((a) => Math.min(1, Math.max(0, 0.5 + 2.5 * a))),
        by((a) => a / 0.09),
      ].map((column) => new DataView(column.buffer)),
    };
  }

  private alignment(layer: string, k: number, query: string): number {
    const like = /#(\d+)/.exec(query);
    if (like !== null)
      return this.card(layer, Number(like[1])).labels[0]?.[0] === this.card(layer, k).labels[0]?.[0]
        ? 0.6
        : 0.1 * chance(k, 5);
    const noise = 0.24 * (chance(k, query.length, 3) - 0.5);
    return query
      .split(/\s-\s/)
      .reduce((sum, term, i) => sum + (i === 0 ? 1 : -1) * this.overlap(layer, k, term), noise);
  }

  private overlap(layer: string, k: number, term: string): number {
    const word = term.trim().toLowerCase();
    if (word === "") return 0;
    const rows = this.card(layer, k).samples;
    const hits = rows.filter((row) => {
      const photo = this.photos[row];
      return photo?.label.includes(word) || photo?.category.includes(word);
    });
    return rows.length === 0 ? Number.NaN : (0.55 * hits.length) / rows.length;
  }

  private examples(layer: string, k: number): number[] {
    const salt = layer.length;
    if (k % 97 === 13) return [];
    const home = this.photos[Math.floor(chance(k, salt) * this.photos.length)];
    const family = this.family(home?.category ?? "");
    return Array.from({ length: 20 }, (_, i) => {
      const pool = chance(k, i, salt, 1) < 0.75 ? family : this.family("");
      return pool[Math.floor(chance(k, i, salt, 2) * pool.length)] ?? 0;
    }).filter((row, i, all) => all.indexOf(row) === i);
  }

  /** The rows of a category; all rows for "". */
  private family(category: string): number[] {
    const known = this.families.get(category);
    if (known !== undefined) return known;
    const rows = this.photos.flatMap((photo, row) =>
      category === "" || photo.category === category ? [row] : [],
    );
    this.families.set(category, rows);
    return rows;
  }

  private label(row: number, place: number): string {
    if (this.how.state === "hostile" && place % 2 === 0) return HOSTILE;
    if (this.how.state === "long") return LONG;
    return this.photos[row]?.label ?? "";
  }

  private card(layer: string, k: number): Card {
    const key = `${layer}:${k}`;
    const card = this.cards.get(key) ?? this.madeUp(layer, k);
    this.cards.set(key, card);
    return card;
  }

  private madeUp(layer: string, k: number): Card {
    const samples = this.examples(layer, k);
    const counts = new Map<string, number>();
    samples.forEach((row, i) => {
      const label = this.label(row, i);
      counts.set(label, (counts.get(label) ?? 0) + 1);
    });
    return {
      component: k,
      name: `${layer}:${k}`,
      clarity: samples.length < 2 ? null : 0.2 + 0.7 * chance(k, 11),
      polysemanticity: samples.length < 2 ? null : 0.6 * chance(k, 12),
      redundancy: 0.5 + 0.5 * chance(k, 13),
      maximum: 40 * chance(k, 14) ** 3,
      firing_rate: chance(k, 15) ** 4,
      n_examples: samples.length,
      labels: [...counts].sort((a, b) => b[1] - a[1]).slice(0, 8),
      samples: samples.slice(0, 9),
    };
  }

  private async nameSlowly({ onProgress }: RequestOptions): Promise<void> {
    for (let done = 0; done < 3712; done += 64) {
      onProgress?.({ done, total: 3712, what: "naming neurons" });
      await delay(this.how.slow * 5, undefined);
    }
    if (this.how.state === "name_error")
      throw failure("ValueError", "the foundation model cannot be made again from the saved lens");
  }

  private neuronLabel(layer: string, k: number): NeuronLabel {
    const [best = ["", 0], second = ["a runner-up", 0], third] = this.card(layer, k).labels;
    const clear = best[0] !== "" && chance(k, 31) < 0.7;
    const shares: [string, number][] = clear ? [[best[0], chance(k, 32) < 0.3 ? 0.55 : 1]] : [];
    if (shares[0]?.[1] === 0.55 && third !== undefined) shares.push([third[0], 0.3]);
    return {
      component: k,
      label: clear ? best[0] : "",
      best: best[0],
      runner_up: best[0] === "" ? "" : second[0],
      margin: best[0] === "" ? null : 0.1 * chance(k, 33),
      alignment: best[0] === "" ? null : 0.2 + 0.3 * chance(k, 34),
      null_z_score: best[0] === "" ? null : (clear ? 2.75 : 1) + 1.5 * chance(k, 35),
      chance: best[0] === "" ? null : clear ? 0.95 + 0.05 * chance(k, 36) : chance(k, 36),
      shares,
    };
  }

  private async thumbnails(rows: number[], size: number): Promise<Reply<unknown>> {
    const files = await Promise.all(
      rows.map((row) => photoFile(this.photos[row] ?? { file: "", label: "", category: "" }, row, size)),
    );
    const offsets = [0];
    for (const file of files) offsets.push((offsets.at(-1) ?? 0) + file.length);
    const packed = new Uint8Array((offsets.at(-1) ?? 0) + 3);
    // Three bytes of somebody else's message come first, as they do in a comm.
    files.forEach((file, i) => {
      packed.set(file, 3 + (offsets[i] ?? 0));
    });
    return { result: { offsets }, buffers: [new DataView(packed.buffer, 3)] };
  }

  private detail(layer: string, component: number): DetailResult {
    const card = this.card(layer, component);
    const n = this.nComponents(layer);
    const similar = Array.from({ length: 6 }, (_, i) => Math.floor(chance(component, i, 21) * n));
    return {
      card,
      examples: this.examples(layer, component).map((row, i) => ({
        sample: row * 3,
        row,
        score: (card.maximum ?? 0) * 0.97 ** i,
        box: null,
        label: this.label(row, i),
        name: this.photos[row]?.file ?? "",
      })),
      look_alikes: [],
      controls: [],
      classes: [],
      similar: similar.map((k, i) => ({ component: k, name: `${layer}:${k}`, similarity: 0.94 - 0.03 * i })),
      mean: (card.maximum ?? 0) * 0.1,
      variance: (card.maximum ?? 0) * 0.05,
      n_samples: 522,
      nearest: `${layer}:${similar[0]}`,
    };
  }
}

interface RankParams {
  layer: string;
  query: string;
  query_image: string;
  sort: SortKey;
  descending: boolean;
}

function known(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? -9 : value;
}

function failure(type: string, message: string): Error {
  return Object.assign(new Error(message), { type });
}

function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("superseded", "AbortError"));
    });
  });
}
