/** Ablation: re-tests the model without the neurons of the trait `ablated`. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AblateParams, AblationResult } from "../../generated/protocol";
import type { AuditTableTraits } from "../../generated/traits";
import { LatestRequest } from "../../ui/state/latest_request";
import { type Around, latest, whileAlive } from "../../ui/state/synced";

interface AblationOptions extends Around<AuditTableTraits> {
  /** Returns the class by whose relevance the random neurons are drawn. */
  className: ReadonlySignal<string>;
}

export interface Measured extends AblationResult {
  /** The class by whose relevance the random neurons were drawn. */
  className: string;
  asked: AblateParams;
}

export class Ablation {
  readonly names: ReadonlySignal<ReadonlySet<string>>;
  /** The last answer; while a new one is pending, it belongs to the previous set of neurons. */
  readonly measured: Signal<Measured | null> = signal(null);
  /** True after a failure: outputs that may be probabilities need a threshold. */
  readonly failed = signal(false);
  readonly #latest = new LatestRequest();
  readonly progress = this.#latest.progress;
  readonly waiting = this.#latest.waiting;
  #stopping = new AbortController();

  constructor(private readonly options: AblationOptions) {
    const { traits, lifetime, className } = options;
    const { ablated, decision_threshold, layer, revision } = traits.signals;
    this.names = computed(() => new Set(ablated.value));
    const soon = latest();
    whileAlive(lifetime, () => {
      for (const trait of [ablated, decision_threshold, layer, className, revision]) void trait.value;
      soon(() => void this.measure());
    });
  }

  toggle(name: string): void {
    const { traits } = this.options;
    const before = traits.signals.ablated.peek();
    const without = before.filter((other) => other !== name);
    traits.write("ablated", without.length < before.length ? without : [...before, name]);
  }

  /** Takes neurons out besides those that are out already. */
  takeOut(names: readonly string[]): void {
    const { traits } = this.options;
    traits.write("ablated", [...new Set([...traits.signals.ablated.peek(), ...names])]);
  }

  setThreshold(threshold: number | null): void {
    this.options.traits.write("decision_threshold", threshold);
  }

  /** Puts all neurons back into the model. */
  clear(): void {
    this.options.traits.write("ablated", []);
  }

  /** Cancels the pending test; the neurons stay marked. */
  stop(): void {
    this.#stopping.abort();
  }

  async measure(): Promise<void> {
    const { kernel, traits, failures, lifetime, className } = this.options;
    this.#stopping.abort();
    this.#stopping = new AbortController();
    const signal = AbortSignal.any([lifetime, this.#stopping.signal]);
    const { ablated, decision_threshold } = traits.signals;
    const params = {
      components: ablated.peek(),
      class_name: className.peek(),
      threshold: decision_threshold.peek(),
    };
    if (params.components.length === 0 || params.class_name === "") {
      this.measured.value = null;
      return this.#latest.drop();
    }
    await this.#latest.make({
      request: (onProgress) => kernel.request("ablate", params, { slot: "ablate", signal, onProgress }),
      onAnswer: ({ result }) => {
        this.failed.value = false;
        this.measured.value = { ...result, className: params.class_name, asked: params };
      },
      onFailure: (error) => {
        this.measured.value = null;
        this.failed.value = true;
        failures.report("The accuracy could not be measured", error, () => void this.measure());
      },
    });
  }
}
