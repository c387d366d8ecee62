/** The opened neuron and its nearest on the other side, with the details of both. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Match, Matches } from "../../comparisons/matches";
import type { ComparedNeuron } from "../../generated/protocol";
import type { Neuron } from "../../kernel/link";
import type { Kernel } from "../../kernel/types";
import type { Failures } from "../../ui/state/failures";
import { LatestRequest } from "../../ui/state/latest_request";
import { whileAlive } from "../../ui/state/synced";

interface OpenedPairOptions {
  kernel: Kernel;
  lifetime: AbortSignal;
  failures: Failures;
  /** Names of the two sides. */
  pair: ReadonlySignal<string[]>;
  matches: Matches;
}

export class OpenedPair {
  /** The neuron that was opened; null for none. */
  readonly current: Signal<Neuron | null> = signal(null);
  /** Its nearest on the other side; null for none, and until it is known. */
  readonly match: ReadonlySignal<Match | null>;
  /** In the order of the sides on screen; null until the answers arrive. */
  readonly compared: Signal<{ neurons: ComparedNeuron[] } | null> = signal(null);
  readonly #latest = new LatestRequest();

  constructor(private readonly options: OpenedPairOptions) {
    const { lifetime, pair, matches } = options;
    this.match = computed(() => {
      const neuron = this.current.value;
      const other = pair.value.find((side) => side !== neuron?.layer);
      return neuron === null || other === undefined ? null : matches.matchOf(neuron, other);
    });
    // The match changes once more when chance is known, and the neurons do not.
    const neurons = computed(() => JSON.stringify(this.#neurons()));
    whileAlive(
      lifetime,
      () => void this.#load(JSON.parse(neurons.value)),
      () => {
        const opened = this.current.value;
        if (opened !== null && !pair.value.includes(opened.layer)) this.close();
      },
    );
  }

  open(neuron: Neuron): void {
    this.current.value = neuron;
  }

  close(): void {
    this.current.value = null;
  }

  #neurons(): Neuron[] {
    const found = [this.current.value, this.match.value?.neuron].filter((neuron) => neuron != null);
    const place = ({ layer }: Neuron) => this.options.pair.value.indexOf(layer);
    return found.sort((a, b) => place(a) - place(b));
  }

  async #load(neurons: Neuron[]): Promise<void> {
    this.compared.value = null;
    if (neurons.length === 0) return this.#latest.drop();
    const { kernel, failures, lifetime: signal } = this.options;
    await this.#latest.make({
      request: () =>
        Promise.all(neurons.map((neuron) => kernel.request("detail", { ...neuron }, { signal }))),
      onAnswer: (replies) => {
        this.compared.value = {
          neurons: replies.map(({ result }, place) => ({
            layer: neurons[place]?.layer ?? "",
            detail: result,
          })),
        };
      },
      onFailure: (error) =>
        failures.report("The neurons could not be compared", error, () => void this.#load(neurons)),
    });
  }
}
