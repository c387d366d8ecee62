/** Positions of the points: the first layout at once, then better ones as soon as the kernel has them. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MapParams, MapResult } from "../../generated/protocol";
import type { ConceptMapTraits } from "../../generated/traits";
import type { Progress, RequestOptions } from "../../kernel/types";
import { type Around, latest, whileAlive } from "../../ui/state/synced";
import { decodePoints, layersOnMap, type Points } from "./points";

interface LayoutOptions extends Around<ConceptMapTraits> {
  /** Returns the points to show of those that were laid out; all of them without it. */
  view?: ((laid: Points) => Points) | undefined;
}

export class Layout {
  /** All points of the map. */
  readonly laid: Signal<Points | null> = signal(null);
  /** The points that are shown. */
  readonly points: ReadonlySignal<Points | null>;
  /** Another map is under way; the one shown is the one before. */
  readonly waiting = signal(true);
  /** Progress of a better layout of this map; null while none is being computed. */
  readonly improving: Signal<Progress | null> = signal(null);
  #asked = 0;

  constructor(private readonly options: LayoutOptions) {
    const { traits, lifetime, view } = options;
    this.points = computed(() => {
      const laid = this.laid.value;
      return laid === null || view === undefined ? laid : view(laid);
    });
    const soon = latest();
    whileAlive(lifetime, () => {
      layersOnMap(traits.signals);
      void traits.signals.method.value;
      void traits.signals.revision.value;
      soon(() => void this.load());
    });
  }

  /** Asks for the map that the traits name. */
  async load(): Promise<void> {
    const asked = this.#begin();
    if (layersOnMap(this.options.traits.signals).length === 0) return this.#settle();
    this.waiting.value = true;
    try {
      const { kernel } = this.options;
      const reply = await kernel.request("map", this.#params(), this.#reporting());
      if (asked !== this.#asked) return;
      this.#show(decodePoints(reply));
      void this.#improve(reply.result, asked);
    } catch (error) {
      const again = () => void this.load();
      if (asked === this.#asked) this.options.failures.report("The map could not be loaded", error, again);
    } finally {
      if (asked === this.#asked) this.#settle();
    }
  }

  /** Asks for better layouts until the final one; the kernel answers when it has one. */
  async #improve({ final, method, clustered }: MapResult, asked: number): Promise<void> {
    try {
      while (!final) {
        const params = { ...this.#params(), have: method, clustered };
        const isPlaced = method === params.method;
        this.improving.value = {
          done: 0,
          total: 1,
          what: !isPlaced ? "UMAP" : clustered ? "names" : "clusters",
        };
        const options = { ...this.#reporting(), patient: true };
        const reply = await this.options.kernel.request("map_update", params, options);
        if (asked !== this.#asked) return;
        this.#show(decodePoints(reply));
        ({ final, method, clustered } = reply.result);
      }
    } catch (error) {
      const again = () => void this.load();
      if (asked === this.#asked) this.options.failures.report("The map could not be improved", error, again);
    }
    if (asked === this.#asked) this.improving.value = null;
  }

  #params(): MapParams {
    const { signals } = this.options.traits;
    return { layers: layersOnMap(signals), method: signals.method.peek() };
  }

  #reporting(): RequestOptions {
    const asked = this.#asked;
    const onProgress = (progress: Progress) => {
      if (asked === this.#asked) this.improving.value = progress;
    };
    return { slot: "map", signal: this.options.lifetime, onProgress };
  }

  #begin(): number {
    this.improving.value = null;
    this.#asked += 1;
    return this.#asked;
  }

  #show(points: Points): void {
    batch(() => {
      this.laid.value = points;
      this.waiting.value = false;
    });
  }

  #settle(): void {
    this.waiting.value = false;
  }
}
