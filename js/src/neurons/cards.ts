/** Cards of one layer: requested in batches per frame, kept while the layer is shown. */

import { type Signal, signal } from "@preact/signals";
import { MOST_CARDS } from "../generated/constants";
import type { Card } from "../generated/protocol";
import type { Kernel } from "../kernel/types";
import { batchPerFrame, type Schedule } from "../ui/state/frame_batch";

interface CardStoreOptions {
  kernel: Kernel;
  layer: () => string;
  signal: AbortSignal;
  onFailure: (error: unknown) => void;
  schedule?: Schedule;
}

export class CardStore {
  /** Increases when cards arrive: a view that reads it re-renders. */
  readonly version: Signal<number> = signal(0);
  readonly #cards = new Map<number, Card>();
  readonly #underWay = new Set<number>();
  readonly #ask: (component: number) => void;
  #generation = 0;

  constructor(private readonly options: CardStoreOptions) {
    this.#ask = batchPerFrame((components) => void this.load(components), options.schedule);
  }

  get(component: number): Card | undefined {
    return this.#cards.get(component);
  }

  /** Requests a card unless it is loaded or pending. */
  want(component: number): void {
    if (!this.#cards.has(component) && !this.#underWay.has(component)) this.#ask(component);
  }

  /** Drops all cards, for another layer or for new data behind the same layer. */
  clear(): void {
    this.#generation += 1;
    this.#cards.clear();
    this.#underWay.clear();
  }

  /** Loads missing cards; resolves when they have arrived or failed. */
  async load(components: number[]): Promise<void> {
    const missing = components.filter((component) => !this.#cards.has(component));
    for (let start = 0; start < missing.length; start += MOST_CARDS) {
      await this.#request(missing.slice(start, start + MOST_CARDS));
    }
  }

  async #request(components: number[]): Promise<void> {
    const { kernel, layer, signal: lifetime, onFailure } = this.options;
    const generation = this.#generation;
    for (const component of components) this.#underWay.add(component);
    try {
      const params = { layer: layer(), components };
      const { result } = await kernel.request("cards", params, { signal: lifetime });
      if (generation !== this.#generation) return;
      for (const card of result.cards) this.#cards.set(card.component, card);
      this.version.value += 1;
    } catch (error) {
      onFailure(error);
    } finally {
      if (generation === this.#generation)
        for (const component of components) this.#underWay.delete(component);
    }
  }
}
