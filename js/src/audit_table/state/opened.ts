/** Samples behind the open neuron. */

import { type Signal, signal } from "@preact/signals";
import { SAMPLES } from "../../generated/constants";
import type { SamplesResult } from "../../generated/protocol";
import type { Neuron } from "../../kernel/link";
import type { Kernel } from "../../kernel/types";
import { OpenedNeuron } from "../../neurons/state/opened";
import type { Failures } from "../../ui/state/failures";

export interface Opened extends Neuron {
  className: string;
}

/** Samples of the current class by relevance, or of all classes by score. */
export type Scope = "class" | "all";

export class OpenedSamples extends OpenedNeuron<Opened, SamplesResult> {
  readonly scope: Signal<Scope> = signal("class");
  /** True when the large picture shows the neuron's heat map. */
  readonly heat = signal(false);

  constructor(kernel: Kernel, failures: Failures, lifetime: AbortSignal) {
    const ask = ({ layer, component, className: class_name }: Opened) => {
      const params = { layer, component, class_name, of: this.scope.peek(), limit: SAMPLES };
      return kernel.request("audit_samples", params, { slot: "samples", signal: lifetime });
    };
    super(ask, failures, "The samples could not be loaded");
  }

  chooseScope(scope: Scope): void {
    if (this.scope.peek() === scope || this.current.peek() === null) return;
    this.scope.value = scope;
    this.detail.value = null;
    this.refresh();
  }
}
