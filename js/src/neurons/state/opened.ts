/** State of the open neuron: its details. */
import { type Signal, signal } from "@preact/signals";
import type { Neuron } from "../../kernel/link";
import type { Failures } from "../../ui/state/failures";

export class OpenedNeuron<Opened extends Neuron, Detail> {
  readonly current: Signal<Opened | null> = signal(null);
  /** Null until the answer arrives. */
  readonly detail: Signal<Detail | null> = signal(null);

  constructor(
    private readonly ask: (opened: Opened) => Promise<{ result: Detail }>,
    private readonly failures: Failures,
    /** The failure, in the user's words: "The details could not be loaded". */
    private readonly failed: string,
  ) {}

  /** Opens a neuron; details of the same one stay until the answer arrives. */
  async open(opened: Opened): Promise<void> {
    const before = this.current.peek();
    if (before?.component !== opened.component || before.layer !== opened.layer) this.detail.value = null;
    this.current.value = opened;
    try {
      const { result } = await this.ask(opened);
      if (this.current.peek() === opened) this.detail.value = result;
    } catch (error) {
      if (this.current.peek() !== opened) return;
      this.failures.report(this.failed, error, () => void this.open(opened));
    }
  }

  /** Requests the open neuron's details again. */
  refresh(): void {
    const opened = this.current.peek();
    if (opened !== null) void this.open({ ...opened });
  }

  close(): void {
    this.current.value = null;
    this.detail.value = null;
  }
}
