/** Steered components: their factors, and the outputs and the accuracy with them; the latest factors win. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ExplainParams, SteerAccuracyResult, SteerResult } from "../../generated/protocol";
import type { PredictionViewTraits } from "../../generated/traits";
import type { Progress } from "../../kernel/types";
import { isSuperseded } from "../../ui/state/failures";
import { type Around, whileAlive } from "../../ui/state/synced";

/** Distance of a factor from 1 beyond which a prediction is said to be worth less. */
const FAR = 0.5;
export const LARGEST = 3;

export class Steering {
  /** Outputs with the factors; null without any, and before the first answer. */
  readonly steered: Signal<SteerResult | null> = signal(null);
  /** True while an answer is awaited. */
  readonly busy: Signal<boolean> = signal(false);
  readonly accuracy: Signal<SteerAccuracyResult | null> = signal(null);
  /** Progress of the accuracy; null while none is measured. */
  readonly measuring: Signal<Progress | null> = signal(null);
  readonly factors: ReadonlySignal<Readonly<Record<string, number>>>;
  /** Why the outputs may say little; "" near 1. */
  readonly caveat: ReadonlySignal<string>;

  constructor(
    private readonly around: Around<PredictionViewTraits>,
    /** Null until there is an image whose model is at hand. */
    private readonly subject: ReadonlySignal<ExplainParams | null>,
  ) {
    this.factors = around.traits.signals.factors;
    this.caveat = computed(() => caveatOf(Object.values(this.factors.value)));
    whileAlive(around.lifetime, () => void this.#follow(subject.value, this.factors.value));
  }

  /** Sets the factor of components; 1 gives them up. */
  set(names: readonly string[], factor: number): void {
    const factors = { ...this.factors.peek() };
    for (const name of names) {
      if (factor === 1) delete factors[name];
      else factors[name] = factor;
    }
    this.around.traits.write("factors", factors);
  }

  reset(): void {
    this.set(Object.keys(this.factors.peek()), 1);
  }

  /** Measures the accuracy on the images of a class, or on all for "". */
  async measure(class_name: string): Promise<void> {
    const { kernel, failures, lifetime } = this.around;
    const subject = this.subject.peek();
    if (subject === null) return;
    this.accuracy.value = null;
    this.measuring.value = { done: 0, total: 1, what: "measuring the accuracy" };
    const params = { asking: subject.asking, factors: listed(this.factors.peek()), class_name };
    try {
      const onProgress = (progress: Progress) => {
        this.measuring.value = progress;
      };
      const options = { slot: "accuracy", signal: lifetime, onProgress };
      this.accuracy.value = (await kernel.request("steer_accuracy", params, options)).result;
    } catch (error) {
      failures.report("The accuracy could not be measured", error);
    }
    this.measuring.value = null;
  }

  async #follow(subject: ExplainParams | null, factors: Readonly<Record<string, number>>): Promise<void> {
    this.accuracy.value = null;
    if (subject === null || Object.keys(factors).length === 0) {
      this.steered.value = null;
      this.busy.value = false;
      return;
    }
    const { kernel, failures, lifetime } = this.around;
    this.busy.value = true;
    try {
      const params = { ...subject, factors: listed(factors) };
      const { result } = await kernel.request("steer", params, { slot: "steer", signal: lifetime });
      this.steered.value = result;
      this.busy.value = false;
    } catch (error) {
      if (isSuperseded(error)) return;
      this.busy.value = false;
      failures.report("The neurons could not be steered", error);
    }
  }
}

function listed(factors: Readonly<Record<string, number>>) {
  return Object.entries(factors).map(([component, factor]) => ({ component, factor }));
}

function caveatOf(factors: number[]): string {
  if (!factors.some((factor) => Math.abs(factor - 1) > FAR)) return "";
  return "Far from 1, later layers see activations that they do not know: this shows what the model does with them, not what it has learned.";
}
