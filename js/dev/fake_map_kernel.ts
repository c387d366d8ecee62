/** A kernel that makes up a map of clusters; cards and pictures are those of the gallery's fake kernel. */

import type {
  ClusterInfo,
  EncodingParams,
  EncodingResult,
  LayerInfo,
  MapParams,
  MapResult,
  ProbeResult,
} from "../src/concept_map/state/protocol";
import type { Kernel, KernelStatus, Reply, RequestOptions } from "../src/kernel/types";
import { FakeKernel, type Misbehaviour } from "./fake_kernel";
import type { Photo } from "./fake_photos";

export interface MapMisbehaviour extends Misbehaviour {
  layers: LayerInfo[];
  /** Milliseconds after which UMAP is done; until then there is PCA. */
  umapAfter: number;
}

interface Layout {
  /** x and y by point, in the map's own coordinates. */
  xy: Float32Array;
  cluster: Uint16Array;
  clusters: ClusterInfo[];
}

const CENTRES_PER_LAYER = 24;

export class FakeMapKernel implements Kernel {
  readonly requests: string[] = [];
  private readonly inner: FakeKernel;
  private readonly layouts = new Map<string, Layout>();
  private readonly began = performance.now();

  constructor(
    private readonly photos: Photo[],
    readonly how: MapMisbehaviour,
  ) {
    this.inner = new FakeKernel(photos, how);
  }

  get status(): KernelStatus {
    return this.inner.status;
  }

  onStatus(listener: (status: KernelStatus) => void, signal: AbortSignal): void {
    this.inner.onStatus(listener, signal);
  }

  become(status: KernelStatus): void {
    this.inner.become(status);
  }

  async request<T>(
    kind: string,
    params: Record<string, unknown>,
    options: RequestOptions = {},
  ): Promise<Reply<T>> {
    this.requests.push(kind);
    const own: Record<string, () => Reply<unknown>> = {
      map: () => this.map(params as MapParams),
      encoding: () => this.encoding(params as EncodingParams),
      probe: () => this.probe(params as { layers: string[]; query: string }),
    };
    const answer = own[kind];
    if (answer === undefined) return this.inner.request<T>(kind, params, options);
    await new Promise((resolve) => setTimeout(resolve, this.how.slow));
    if (options.signal?.aborted) throw new DOMException("superseded", "AbortError");
    if (this.how.state === "error" && kind === "map")
      throw Object.assign(
        new Error("the lens was written by version 9; install a newer semanticlens-widgets"),
        {
          type: "LensError",
        },
      );
    return answer() as Reply<T>;
  }

  private count(name: string): number {
    if (this.how.state === "empty") return 0;
    return this.how.layers.find((layer) => layer.name === name)?.n_components ?? 0;
  }

  private map({ layers, have }: MapParams): Reply<MapResult> {
    const waited = performance.now() - this.began;
    const final = waited >= this.how.umapAfter;
    const method = final ? "umap" : "pca";
    let start = 0;
    const spans = layers.map((name) => {
      const span = { name, start, count: this.count(name), signed: false };
      start += span.count;
      return span;
    });
    const { xy, cluster, clusters } = this.layout(layers, method);
    const bounds = boundsOf(xy);
    const unchanged = have === method;
    const result: MapResult = {
      n: start,
      bounds,
      layers: spans,
      method,
      final,
      unchanged,
      progress: final ? null : waited / this.how.umapAfter,
      clusters,
    };
    if (unchanged) return { result, buffers: [] };
    const kinds = Uint8Array.from(cluster, (kind) => (kind === 65535 ? 255 : kind));
    return { result, buffers: [view(quantised(xy, bounds)), view(kinds)] };
  }

  private layout(layers: string[], method: string): Layout {
    const key = `${layers.join()} ${method}`;
    const known = this.layouts.get(key);
    if (known !== undefined) return known;
    const fresh = madeUp(
      layers,
      layers.map((name) => this.count(name)),
      method,
      (k) => this.labelOf(k),
      this.how.state,
    );
    this.layouts.set(key, fresh);
    return fresh;
  }

  private labelOf(cluster: number): { label: string; sample: number | null } {
    const sample = Math.floor(random(cluster + 77)() * this.photos.length);
    const label = this.photos[sample]?.label ?? "?";
    if (this.how.state === "hostile" && cluster % 2 === 0)
      return { label: "<img src=x onerror=\"document.title='hacked'\">", sample };
    if (this.how.state === "long")
      return { label: `${label}, and everything else that somebody wrote about it`, sample };
    return { label, sample };
  }

  private encoding({ layers, encoding, query }: EncodingParams): Reply<EncodingResult> {
    if (query.startsWith("#") && Number(query.slice(1)) >= 1e6)
      throw Object.assign(new Error(`no layer has a component '${query}'`), { type: "ValueError" });
    const { cluster, clusters } = this.layout(layers, "umap");
    const values = Float32Array.from(cluster, (kind, point) => {
      const chance = random(point * 7 + encoding.length + query.length)();
      if (encoding !== "alignment") return point % 97 === 13 ? Number.NaN : 0.2 + 0.7 * chance ** 2;
      const label = clusters[kind]?.label ?? "";
      const answers = query.split(/\s-\s/)[0]?.trim() !== "" && label.includes(query.trim().toLowerCase());
      return point % 97 === 13 ? Number.NaN : (answers ? 0.42 : 0.02) + 0.22 * (chance - 0.5);
    });
    const real = values.filter((value) => !Number.isNaN(value));
    const max = real.reduce((a, b) => Math.max(a, b), -1);
    const weak = encoding === "alignment" && (this.how.state === "weak" || max < 0.3);
    const result: EncodingResult = {
      kind: encoding === "alignment" ? "diverging" : "sequential",
      min: real.reduce((a, b) => Math.min(a, b), 1),
      max,
      legend: [],
      weak,
      message: weak ? `The best neuron answers to ‘${query}’ no better than to 39 % of unrelated words.` : "",
    };
    return { result, buffers: [view(values)] };
  }

  private probe({ layers, query }: { layers: string[]; query: string }): Reply<ProbeResult> {
    const { clusters } = this.layout(layers, "umap");
    const found = clusters.find(({ label }) => label.includes(query.toLowerCase()));
    const result = found === undefined ? { x: null, y: null } : { x: found.x + 0.4, y: found.y + 0.3 };
    return { result, buffers: [] };
  }
}

/** Clouds around centres, of very different sizes, with a tenth of the points in between. */
function madeUp(
  layers: string[],
  counts: number[],
  method: string,
  labelOf: (cluster: number) => { label: string; sample: number | null },
  state: string,
): Layout {
  const n = counts.reduce((a, b) => a + b, 0);
  const xy = new Float32Array(2 * n);
  const cluster = new Uint16Array(n).fill(65535);
  const spread = method === "pca" ? 3.2 : 1;
  const nCentres = Math.min(CENTRES_PER_LAYER, Math.max(2, Math.round(n / 8)));
  const draw = random(n + layers.join().length);
  const centres = Array.from({ length: nCentres }, (_, k) => {
    const own = random(k + 1 + (layers[0]?.length ?? 0));
    const away = method === "pca" ? 4 : 10;
    return {
      x: (own() - 0.5) * 2 * away,
      y: (own() - 0.5) * 1.3 * away,
      size: 0.25 + own() * 0.9,
      weight: own() ** 2 + 0.04,
    };
  });
  const total = centres.reduce((sum, { weight }) => sum + weight, 0);
  const sizes = new Array<number>(nCentres).fill(0);
  for (let point = 0; point < n; point++) {
    const own = random(point + 1);
    let pick = own() * total;
    let k = 0;
    while (k < nCentres - 1 && pick > (centres[k]?.weight ?? 0)) pick -= centres[k++]?.weight ?? 0;
    const centre = centres[k];
    const alone = own() < 0.1;
    const [gx, gy] = gaussian(draw);
    const width = (centre?.size ?? 1) * spread * (alone ? 4 : 1);
    xy[2 * point] = (centre?.x ?? 0) + gx * width;
    xy[2 * point + 1] = (centre?.y ?? 0) + gy * width * 0.8;
    if (alone) continue;
    cluster[point] = k;
    sizes[k] = (sizes[k] ?? 0) + 1;
  }
  const clusters = centres.map(({ x, y }, k) => ({ ...labelOf(k), x, y, size: sizes[k] ?? 0 }));
  if (state === "no_clusters") return { xy, cluster: cluster.fill(65535), clusters: [] };
  return { xy, cluster, clusters };
}

function boundsOf(xy: Float32Array): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i] ?? 0, xy[i + 1] ?? 0];
    bounds[0] = Math.min(bounds[0], x);
    bounds[1] = Math.min(bounds[1], y);
    bounds[2] = Math.max(bounds[2], x);
    bounds[3] = Math.max(bounds[3], y);
  }
  return xy.length === 0 ? [0, 0, 1, 1] : bounds;
}

function quantised(xy: Float32Array, [x0, y0, x1, y1]: [number, number, number, number]): Uint16Array {
  return Uint16Array.from(xy, (value, i) => {
    const share = i % 2 === 0 ? (value - x0) / (x1 - x0 || 1) : (value - y0) / (y1 - y0 || 1);
    return i % 2 === 0 && i % 1942 === 26 ? 65535 : Math.round(share * 65534);
  });
}

/** One byte into a longer message, as columns come out of a comm. */
function view(column: Uint16Array | Uint8Array | Float32Array): DataView {
  const message = new Uint8Array(column.byteLength + 1);
  message.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), 1);
  return new DataView(message.buffer, 1);
}

function gaussian(draw: () => number): [number, number] {
  const length = Math.sqrt(-2 * Math.log(1 - draw()));
  const angle = 2 * Math.PI * draw();
  return [length * Math.cos(angle), length * Math.sin(angle)];
}

/** Numbers in 0 to 1, always the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
