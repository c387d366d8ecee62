/** A kernel that makes up an audit; cards and pictures are those of the gallery's fake kernel. */

import type { AblationResult, Accuracy, SamplesResult } from "../src/audit_table/state/protocol";
import type { AuditParams, AuditResult, ClassesResult } from "../src/audits/audit";
import { conceptsOf } from "../src/audits/requirements";
import type { RequirementInfo } from "../src/generated/traits";
import type { Kernel, KernelStatus, Reply, RequestOptions } from "../src/kernel/types";
import type { Card } from "../src/neurons/neuron";
import { FakeKernel, type Misbehaviour } from "./fake_kernel";
import type { Photo } from "./fake_photos";

const HOSTILE = "<img src=x onerror=\"document.title='hacked'\">";

export class FakeAuditKernel implements Kernel {
  readonly requests: string[] = [];
  private readonly inner: FakeKernel;
  private computed: boolean;

  constructor(
    private readonly photos: Photo[],
    readonly how: Misbehaviour,
  ) {
    this.inner = new FakeKernel(photos, how);
    this.computed = how.state !== "missing" && how.state !== "no_model";
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
    const own: Record<string, () => Promise<Reply<unknown>> | Reply<unknown>> = {
      audit_classes: () => plain(this.classes()),
      attribute: () => this.attribute(options),
      audit: () => this.audit(params as AuditParams),
      audit_summary: () => this.summary(params as never),
      audit_samples: () => plain(this.samples(String(params.class_name), Number(params.limit))),
      audit_pictures: () => this.inner.request("thumbnails", params, options),
      audit_heatmap: () => this.inner.request("thumbnails", { ...params, size: "large" }, options),
      ablate: () => this.ablate(params as never, options),
      complete: () => plain({ words: this.complete(String(params.text)) }),
      audit_export: () => ({
        result: {},
        buffers: [new DataView(new TextEncoder().encode("class,component\n").buffer)],
      }),
    };
    const answer = own[kind];
    if (answer === undefined) return this.inner.request<T>(kind, params, options);
    await new Promise((resolve) => setTimeout(resolve, this.how.slow));
    options.signal?.throwIfAborted();
    if (this.how.state === "error" && kind === "audit_classes") throw new Error("the lens is damaged");
    return (await answer()) as Reply<T>;
  }

  private classes(): ClassesResult {
    const state = this.computed ? "computed" : (this.how.state as "missing" | "no_model");
    const counts = new Map<string, number>();
    for (const { label } of this.photos) counts.set(label, (counts.get(label) ?? 0) + 1);
    const names = [...counts.keys()].sort();
    if (this.how.state === "hostile") names.unshift(HOSTILE);
    const classes = names.map((name) => ({ name, n_samples: counts.get(name) ?? 3 }));
    classes.push({ name: "unicorn", n_samples: 0 });
    const found = this.computed ? classes : [];
    return {
      state,
      method: this.computed ? "gradient" : "",
      classes: found,
      has_heatmaps: true,
      can_ablate: true,
    };
  }

  private async attribute({ onProgress, signal }: RequestOptions): Promise<Reply<unknown>> {
    for (let done = 0; done < 522; done += 16) {
      onProgress?.({ done, total: 522, what: "computing relevance" });
      await new Promise((resolve) => setTimeout(resolve, this.how.slow * 5));
      signal?.throwIfAborted();
    }
    this.computed = true;
    return plain({});
  }

  private async cardsOf(layer: string): Promise<Card[]> {
    const n = layer === "bn2" ? this.how.n : 320;
    const components = Array.from({ length: n }, (_, k) => k);
    const { result } = await this.inner.request<{ cards: Card[] }>("cards", { layer, components });
    return result.cards;
  }

  private async audit(params: AuditParams): Promise<Reply<AuditResult>> {
    const wrong = [...params.valid, ...params.spurious].find((concept) => concept.startsWith("#"));
    if (wrong !== undefined)
      throw Object.assign(new Error(`there is no component '${wrong}' in '${params.layer}'`), {
        type: "ValueError",
      });
    const cards = await this.cardsOf(params.layer);
    const n = cards.length;
    const share = Float32Array.from(cards, (_, k) => random(k, params.class_name.length) ** 24);
    const total = share.reduce((a, b) => a + b, 0) || 1;
    const [valid, spurious] = [this.answers(cards, params.valid), this.answers(cards, params.spurious)];
    const verdict = Uint8Array.from(cards, (_, k) => {
      const [isValid, isSpurious] = [valid, spurious].map(({ z }) => (z[k] ?? 0) >= params.threshold);
      return isValid ? (isSpurious ? 2 : 0) : isSpurious ? 1 : 3;
    });
    const shares = [0, 0, 0, 0];
    verdict.forEach((code, k) => {
      shares[code] = (shares[code] ?? 0) + (share[k] ?? 0) / total;
    });
    const columns = [share, share.map((each) => each / total)];
    const buffers = [
      ...columns,
      valid.z,
      valid.alignment,
      valid.concept,
      spurious.z,
      spurious.alignment,
      spurious.concept,
      verdict,
    ];
    const calibrations = {
      valid: params.valid.map(() => "words"),
      spurious: params.spurious.map(() => "words"),
    };
    const samples = params.class_name === "unicorn" ? 0 : 34;
    return {
      result: { n, n_samples: samples, shares, calibrations },
      buffers: buffers.map((column) => new DataView(column.buffer)),
    };
  }

  private answers(cards: Card[], concepts: string[]) {
    const z = new Float32Array(cards.length).fill(Number.NaN);
    const concept = new Uint16Array(cards.length).fill(65535);
    cards.forEach((card, k) => {
      concepts.forEach((name, place) => {
        const hits = card.samples.filter((row) => {
          const photo = this.photos[row];
          return photo?.category.includes(name) || photo?.label.includes(name);
        });
        const value = (6 * hits.length) / Math.max(1, card.samples.length) + 1.5 * random(k, name.length, 3);
        if (card.samples.length > 0 && !(value <= (z[k] ?? 0))) [z[k], concept[k]] = [value, place];
      });
    });
    return { z, concept, alignment: z.map((value) => value * 0.06) };
  }

  private async summary(params: { layer: string; requirements: RequirementInfo[]; threshold: number }) {
    const required = this.classes().classes.filter(({ name }) =>
      params.requirements.some(({ class_name }) => class_name === name),
    );
    const classes = await Promise.all(
      required.map(async ({ name }) => {
        const { valid, spurious } = conceptsOf(params.requirements, name);
        const words = (chips: typeof valid) => chips.map(({ concept }) => concept);
        const asked = { ...params, class_name: name, valid: words(valid), spurious: words(spurious) };
        return { name, shares: (await this.audit(asked)).result.shares };
      }),
    );
    return plain({ classes });
  }

  private samples(className: string, limit: number): SamplesResult {
    const own = this.photos.flatMap((photo, row) => (photo.label === className ? [row] : []));
    const rows = [...own, ...this.photos.keys()].slice(0, limit);
    return {
      samples: rows.map((row, i) => ({
        sample: row,
        name: this.how.state === "hostile" ? HOSTILE : (this.photos[row]?.file ?? ""),
        label: this.photos[row]?.label ?? null,
        class_name: this.photos[row]?.label ?? "",
        predicted: i % 5 === 4 ? "ram" : (this.photos[row]?.label ?? null),
        score: 6 - 0.2 * i,
        relevance: 0.8 * 0.9 ** i,
      })),
      n: 160,
    };
  }

  private async ablate(
    { components, class_name }: { components: string[]; class_name: string },
    options: RequestOptions,
  ) {
    for (let done = 0; done < 10; done++) {
      options.onProgress?.({ done, total: 10, what: "testing the model" });
      await new Promise((resolve) => setTimeout(resolve, this.how.slow * 10));
      options.signal?.throwIfAborted();
    }
    const lost = Math.min(0.6, 0.11 * components.length);
    const accuracy = (name: string, n: number, loss: number): Accuracy => ({
      class_name: name,
      n,
      before: 0.82,
      after: 0.82 - loss,
      random: 0.815,
    });
    const result: AblationResult = {
      overall: accuracy("all classes", 522, lost / 20),
      classes: [accuracy(class_name, 34, lost), accuracy("ram", 12, -0.05), accuracy("zebra", 9, 0)],
      n_draws: 5,
    };
    return plain(result);
  }

  private complete(text: string): string[] {
    const words = [...new Set(this.photos.flatMap(({ label, category }) => [label, category]))];
    return words.filter((word) => word.startsWith(text.toLowerCase())).slice(0, 8);
  }
}

function plain<T>(result: T): Reply<T> {
  return { result, buffers: [] };
}

/** A number in 0 to 1 that is always the same for the same seeds. */
function random(...seeds: number[]): number {
  let state = seeds.reduce((sum, seed) => Math.imul(sum ^ (seed + 0x9e3779b9), 0x85ebca6b), 7) >>> 0;
  state ^= state >>> 13;
  state = Math.imul(state, 0xc2b2ae35) >>> 0;
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}
