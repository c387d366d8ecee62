import type { KernelFailure } from "./types";

/** A failure reported by Python: its class name and its message. */
export class KernelError extends Error implements KernelFailure {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = "KernelError";
  }
}
