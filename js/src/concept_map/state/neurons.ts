/** Cards of the neurons behind the points, by layer. */

import type { Card } from "../../generated/protocol";
import type { Kernel } from "../../kernel/types";
import { CardStore } from "../../neurons/cards";
import type { Schedule } from "../../ui/state/frame_batch";
import { neuronOf, type Points } from "../points/points";

interface NeuronsOptions {
  kernel: Kernel;
  signal: AbortSignal;
  onFailure: (error: unknown) => void;
  schedule?: Schedule;
}

export class Neurons {
  readonly #stores = new Map<string, CardStore>();

  constructor(private readonly options: NeuronsOptions) {}

  /** Returns the card of a point, or undefined until it arrives; a view that reads it re-renders then. */
  card(points: Points, point: number): Card | undefined {
    const { layer, component } = neuronOf(points, point);
    const store = this.#store(layer);
    void store.version.value;
    return store.get(component);
  }

  want(points: Points, point: number): void {
    const { layer, component } = neuronOf(points, point);
    this.#store(layer).want(component);
  }

  clear(): void {
    for (const store of this.#stores.values()) store.clear();
  }

  #store(layer: string): CardStore {
    const known = this.#stores.get(layer);
    if (known !== undefined) return known;
    const fresh = new CardStore({ ...this.options, layer: () => layer });
    this.#stores.set(layer, fresh);
    return fresh;
  }
}
