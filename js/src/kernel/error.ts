/** A failure reported by Python: its class name and its message. */
export class KernelError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = "KernelError";
  }
}
