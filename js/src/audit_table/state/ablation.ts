/** Ablation: re-tests the model without the neurons of the trait `ablated`. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AblationResult } from "../../generated/protocol";
import type { AuditTableTraits } from "../../generated/traits";
import type { Kernel, Progress } from "../../kernel/types";
import type { Failures } from "../../ui/failures/failures";
import { latest, type Synced, whileAlive } from "../../ui/synced";

interface AblationOptions {
  kernel: Kernel;
  traits: Synced<AuditTableTraits>;
  failures: Failures;
  lifetime: AbortSignal;
  /** Returns the class by whose relevance the random neurons are drawn. */
  className: ReadonlySignal<string>;
}

export interface Measured extends AblationResult {
  /** The class by whose relevance the random neurons were drawn. */
  className: string;
}

export class Ablation {
  readonly names: ReadonlySignal<ReadonlySet<string>>;
  /** The last answer; while a new one is pending, it belongs to the previous set of neurons. */
  readonly measured: Signal<Measured | null> = signal(null);
  readonly progress: Signal<Progress | null> = signal(null);
  readonly waiting = signal(false);
  private stopping = new AbortController();

  constructor(private readonly options: AblationOptions) {
    const { traits, lifetime, className } = options;
    const { ablated, layer, revision } = traits.signals;
    this.names = computed(() => new Set(ablated.value));
    const soon = latest();
    whileAlive(lifetime, () => {
      for (const trait of [ablated, layer, className, revision]) void trait.value;
      soon(() => void this.measure());
    });
  }

  toggle(name: string): void {
    const { traits } = this.options;
    const before = traits.signals.ablated.peek();
    const without = before.filter((other) => other !== name);
    traits.write("ablated", without.length < before.length ? without : [...before, name]);
  }

  /** Puts all neurons back into the model. */
  clear(): void {
    this.options.traits.write("ablated", []);
  }

  /** Cancels the pending test; the neurons stay marked. */
  stop(): void {
    this.stopping.abort();
  }

  async measure(): Promise<void> {
    const { kernel, traits, failures, lifetime, className } = this.options;
    this.stopping.abort();
    const stopping = new AbortController();
    this.stopping = stopping;
    const params = { components: traits.signals.ablated.peek(), class_name: className.peek() };
    if (params.components.length === 0 || params.class_name === "") return this.settle(null);
    this.waiting.value = true;
    const onProgress = (progress: Progress) => {
      if (this.stopping === stopping) this.progress.value = progress;
    };
    try {
      const signal = AbortSignal.any([lifetime, stopping.signal]);
      const options = { slot: "ablate", signal, onProgress };
      const { result } = await kernel.request("ablate", params, options);
      if (this.stopping === stopping) this.settle({ ...result, className: params.class_name });
    } catch (error) {
      if (this.stopping !== stopping) return;
      this.settle(null);
      failures.report("The accuracy could not be measured", error, () => void this.measure());
    }
  }

  private settle(measured: Measured | null): void {
    this.measured.value = measured;
    this.progress.value = null;
    this.waiting.value = false;
  }
}
