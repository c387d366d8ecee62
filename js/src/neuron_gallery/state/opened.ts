/** State of the open neuron: its details. */

import { type Signal, signal } from "@preact/signals";
import type { DetailResult } from "../../generated/protocol";
import type { Kernel } from "../../kernel/types";
import type { Failures } from "../../ui/failures/failures";

export interface Opened {
  layer: string;
  component: number;
  name: string;
}

export class OpenedNeuron {
  readonly current: Signal<Opened | null> = signal(null);
  /** Null until the answer arrives. */
  readonly detail: Signal<DetailResult | null> = signal(null);

  constructor(
    private readonly kernel: Kernel,
    private readonly failures: Failures,
    private readonly lifetime: AbortSignal,
  ) {}

  async open(opened: Opened): Promise<void> {
    if (this.detail.peek()?.card.name !== opened.name) this.detail.value = null;
    this.current.value = opened;
    const { layer, component } = opened;
    try {
      const options = { slot: "detail", signal: this.lifetime };
      const { result } = await this.kernel.request("detail", { layer, component }, options);
      if (this.current.peek() === opened) this.detail.value = result;
    } catch (error) {
      if (this.current.peek() !== opened) return;
      this.failures.report("The details could not be loaded", error, () => void this.open(opened));
    }
  }

  /** Requests the open neuron's details again; the current ones stay until the answer arrives. */
  refresh(): void {
    const opened = this.current.peek();
    if (opened !== null) void this.open(opened);
  }

  close(): void {
    this.current.value = null;
    this.detail.value = null;
  }
}
