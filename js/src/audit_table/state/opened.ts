/** State of the open neuron: the samples behind it. */

import { type Signal, signal } from "@preact/signals";
import { SAMPLES } from "../../generated/constants";
import type { SamplesResult } from "../../generated/protocol";
import type { Neuron } from "../../kernel/link";
import type { Kernel } from "../../kernel/types";
import type { Failures } from "../../ui/failures/failures";

export interface Opened extends Neuron {
  className: string;
}

/** Samples of the current class by relevance, or of all classes by score. */
export type Scope = "class" | "all";

export class OpenedNeuron {
  readonly current: Signal<Opened | null> = signal(null);
  readonly scope: Signal<Scope> = signal("class");
  /** True when the large picture shows the neuron's heat map. */
  readonly heat = signal(false);
  /** Null until the answer arrives. */
  readonly samples: Signal<SamplesResult | null> = signal(null);

  constructor(
    private readonly kernel: Kernel,
    private readonly failures: Failures,
    private readonly lifetime: AbortSignal,
  ) {}

  async open(opened: Opened): Promise<void> {
    this.samples.value = null;
    this.current.value = opened;
    const { layer, component, className: class_name } = opened;
    const params = { layer, component, class_name, of: this.scope.peek(), limit: SAMPLES };
    try {
      const options = { slot: "samples", signal: this.lifetime };
      const { result } = await this.kernel.request("audit_samples", params, options);
      if (this.current.peek() === opened) this.samples.value = result;
    } catch (error) {
      if (this.current.peek() !== opened) return;
      this.failures.report("The samples could not be loaded", error, () => void this.open(opened));
    }
  }

  chooseScope(scope: Scope): void {
    const opened = this.current.peek();
    if (this.scope.peek() === scope || opened === null) return;
    this.scope.value = scope;
    void this.open({ ...opened });
  }

  close(): void {
    this.current.value = null;
    this.samples.value = null;
  }
}
