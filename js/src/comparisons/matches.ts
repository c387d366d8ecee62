/** Matches between the sides of a comparison, requested when they are first read: the nearest, then what chance gives. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ChanceResult, NearestResult } from "../generated/protocol";
import { bytes } from "../kernel/columns";
import type { Neuron } from "../kernel/link";
import type { Kernel, Progress } from "../kernel/types";
import type { Failures } from "../ui/state/failures";

/** Bits of a component, as `chance` sends them. */
const MATCHED = 1;
const ALONE = 2;

/** Draws of chance, by component of one side. */
export interface Chance extends ChanceResult {
  /** Share of draws whose nearest is less similar; NaN for what cannot be compared. */
  percentile: Float32Array;
  isMatched: (component: number) => boolean;
  /** True for a component that shows something and has no match. */
  isAlone: (component: number) => boolean;
}

/** Matches of one side in another, by component of the former. */
export interface PairMatches extends Omit<NearestResult, "mutual" | "similarity"> {
  /** -1 for none. */
  nearest: Int32Array;
  /** NaN for none. */
  similarity: Float32Array;
  /** 1 for a component that is the nearest of its nearest. */
  mutual: Uint8Array;
  /** Null until it is known. */
  chance: Chance | null;
}

/** The nearest of one neuron on another side. */
export interface Match {
  neuron: Neuron;
  similarity: number;
  /** True if it is the nearest of its nearest. */
  mutual: boolean;
  /** What chance gives: null until it is known. */
  chance: { percentile: number; isMatched: boolean; similarity: number | null } | null;
}

export class Matches {
  /** Progress of the draws of chance; null for none. */
  readonly progress: Signal<Progress | null> = signal(null);
  #drawing = 0;
  readonly #known = new Map<string, Signal<PairMatches | null>>();

  constructor(
    private readonly kernel: Kernel,
    private readonly lifetime: AbortSignal,
    private readonly failures: Failures,
  ) {}

  /** Returns the matches of one side's components in another; null until they are there. */
  between(source: string, target: string): PairMatches | null {
    if (source === target || source === "" || target === "") return null;
    return this.#signalOf(source, target).value;
  }

  /** Returns the nearest of a neuron on another side; null for none, and until it is there. */
  matchOf({ layer, component }: Neuron, target: string): Match | null {
    const pair = this.between(layer, target);
    const nearest = pair?.nearest[component] ?? -1;
    if (pair === null || nearest < 0) return null;
    const { chance, similarity, mutual } = pair;
    return {
      neuron: { layer: target, component: nearest },
      similarity: similarity[component] ?? Number.NaN,
      mutual: mutual[component] === 1,
      chance: chance && {
        percentile: chance.percentile[component] ?? Number.NaN,
        isMatched: chance.isMatched(component),
        similarity: chance.similarity,
      },
    };
  }

  /** Returns the neuron that a neuron is matched with on a side, itself on its own side; null for none. */
  partner(neuron: Neuron, side: string): Neuron | null {
    if (neuron.layer === side) return neuron;
    const match = this.matchOf(neuron, side);
    return match?.chance?.isMatched ? match.neuron : null;
  }

  #signalOf(source: string, target: string): ReadonlySignal<PairMatches | null> {
    const key = JSON.stringify([source, target]);
    const found = this.#known.get(key) ?? signal(null);
    if (!this.#known.has(key)) {
      this.#known.set(key, found);
      void this.#load(source, target, found);
    }
    return found;
  }

  async #load(source: string, target: string, into: Signal<PairMatches | null>): Promise<void> {
    const { kernel, lifetime: signal, failures } = this;
    const params = { source, target };
    try {
      const { result, buffers } = await kernel.request("nearest", params, { signal });
      const [nearest, similarity, mutual] = buffers;
      const pair = {
        ...result,
        nearest: new Int32Array(bytes(nearest)),
        similarity: new Float32Array(bytes(similarity)),
        mutual: new Uint8Array(bytes(mutual)),
        chance: null,
      };
      into.value = pair;
      into.value = { ...pair, chance: await this.#chance(params) };
    } catch (error) {
      failures.report(
        "The matches could not be computed",
        error,
        () => void this.#load(source, target, into),
      );
    }
  }

  async #chance(params: { source: string; target: string }): Promise<Chance> {
    const onProgress = (progress: Progress) => {
      this.progress.value = progress;
    };
    this.#drawing += 1;
    const options = { signal: this.lifetime, onProgress, patient: true };
    try {
      const { result, buffers } = await this.kernel.request("chance", params, options);
      const [percentile, flags] = buffers;
      const bits = new Uint8Array(bytes(flags));
      const has = (bit: number) => (component: number) => ((bits[component] ?? 0) & bit) !== 0;
      return {
        ...result,
        percentile: new Float32Array(bytes(percentile)),
        isMatched: has(MATCHED),
        isAlone: has(ALONE),
      };
    } finally {
      this.#drawing -= 1;
      if (this.#drawing === 0) this.progress.value = null;
    }
  }
}
