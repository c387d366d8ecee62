/**
 * Labels of one layer's neurons: the first card that wants a label starts one request that labels the whole layer; then
 * the labels of the cards in view are requested in batches per frame.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { MOST_LABELS } from "../../generated/constants";
import type { LabelLayerResult, NeuronLabel } from "../../generated/protocol";
import type { VocabularyInfo } from "../../generated/traits";
import type { Kernel, Progress } from "../../kernel/types";
import type { Failures } from "../../ui/state/failures";
import { batchPerFrame, type Schedule } from "../../ui/state/frame_batch";
import { whileAlive } from "../../ui/state/synced";

interface NeuronLabelsOptions {
  kernel: Kernel;
  vocabulary: ReadonlySignal<VocabularyInfo | null>;
  layer: () => string;
  lifetime: AbortSignal;
  failures: Failures;
  schedule?: Schedule;
}

export class NeuronLabels {
  /** Increases when labels arrive or are dropped: a view that reads it re-renders. */
  readonly version: Signal<number> = signal(0);
  readonly progress: Signal<Progress | null> = signal(null);
  /** Summary of the layer, once its neurons have labels. */
  readonly summary: Signal<LabelLayerResult | null> = signal(null);
  /** True when there are labels, or will be. */
  readonly shown: ReadonlySignal<boolean>;
  readonly #failed = signal(false);
  readonly #labels = new Map<number, NeuronLabel>();
  readonly #underWay = new Set<number>();
  readonly #ask: (component: number) => void;
  #labelling: Promise<void> | null = null;
  #generation = new AbortController();

  constructor(private readonly options: NeuronLabelsOptions) {
    const { vocabulary, lifetime, schedule } = options;
    this.shown = computed(() => vocabulary.value !== null && !this.#failed.value);
    this.#ask = batchPerFrame((components) => void this.#load(components), schedule);
    whileAlive(lifetime, () => {
      void vocabulary.value;
      this.startOver();
    });
  }

  get(component: number): NeuronLabel | undefined {
    return this.#labels.get(component);
  }

  /** Requests a label unless it is loaded, pending or unavailable. */
  want(component: number): void {
    if (!this.shown.peek() || this.#labels.has(component) || this.#underWay.has(component)) return;
    this.#underWay.add(component);
    this.#ask(component);
  }

  /** Drops all labels, for another layer. A missing foundation model stays remembered. */
  clear(): void {
    this.#generation.abort();
    this.#generation = new AbortController();
    this.#labels.clear();
    this.#underWay.clear();
    this.#labelling = null;
    this.summary.value = null;
    this.progress.value = null;
    this.version.value = this.version.peek() + 1;
  }

  /** Drops the failure too. */
  startOver(): void {
    this.#failed.value = false;
    this.clear();
  }

  async #load(components: number[]): Promise<void> {
    const generation = this.#generation.signal;
    try {
      this.#labelling ??= this.#labelLayer(generation);
      await this.#labelling;
      for (let start = 0; start < components.length; start += MOST_LABELS) {
        await this.#read(components.slice(start, start + MOST_LABELS), generation);
      }
    } catch (error) {
      if (!generation.aborted) this.#fail(error);
    }
  }

  async #labelLayer(generation: AbortSignal): Promise<void> {
    const onProgress = (progress: Progress) => {
      if (!generation.aborted) this.progress.value = progress;
    };
    const { kernel } = this.options;
    const options = { slot: "label_layer", onProgress, signal: this.#until(generation) };
    const { result } = await kernel.request("label_layer", this.#about(), options);
    if (generation.aborted) return;
    this.summary.value = result;
    this.progress.value = null;
  }

  async #read(components: number[], generation: AbortSignal): Promise<void> {
    if (generation.aborted) return;
    const params = { ...this.#about(), components };
    const { result } = await this.options.kernel.request("labels", params, {
      signal: this.#until(generation),
    });
    if (generation.aborted) return;
    for (const label of result.labels) this.#labels.set(label.component, label);
    for (const component of components) this.#underWay.delete(component);
    this.version.value += 1;
  }

  #about() {
    const { vocabulary, layer } = this.options;
    return { layer: layer(), vocabulary: vocabulary.peek()?.key ?? "" };
  }

  #until(generation: AbortSignal): AbortSignal {
    return AbortSignal.any([this.options.lifetime, generation]);
  }

  /** Marks labels as unavailable: loaded ones stay, and empty places for labels are removed. */
  #fail(error: unknown): void {
    const { failures } = this.options;
    this.progress.value = null;
    if (this.#failed.peek() || failures.isNoNews(error)) return;
    this.#failed.value = this.summary.peek() === null;
    failures.report("The labels could not be computed", error, () => this.startOver());
  }
}
