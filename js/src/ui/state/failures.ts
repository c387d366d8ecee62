/** Failures that the banner shows. */
import { type Signal, signal } from "@preact/signals";
import type { State } from "../../kernel/types";

interface Failure {
  /** The failed action, in the user's words: "The neurons could not be ranked". */
  what: string;
  message: string;
  /** Retries the action. */
  again?: () => void;
}

export class Failures {
  readonly current: Signal<Failure | null> = signal(null);
  /** Increases when the user retries after `missing`; every missing answer is then requested again. */
  readonly attempt = signal(0);

  constructor(
    private readonly lifetime: AbortSignal,
    model: Pick<State<object>, "onRefused"> = {},
  ) {
    model.onRefused?.((reason) => this.report("A setting was refused", reason), lifetime);
  }

  /** Shows a failure, unless it is already shown. */
  report(what: string, error: unknown, again?: () => void): void {
    if (this.isNoNews(error)) return;
    this.current.value = { what, message: messageOf(error), ...(again === undefined ? {} : { again }) };
  }

  /** Shows a failure that left a view incomplete, with a button to retry. */
  missing(what: string, error: unknown): void {
    this.report(what, error, () => {
      this.attempt.value += 1;
    });
  }

  /** Returns whether to ignore an error: aborted, widget closed, or kernel gone, which the view shows already. */
  isNoNews(error: unknown): boolean {
    if (this.lifetime.aborted) return true;
    return isSuperseded(error) || (error instanceof Error && isKernelGone(error));
  }

  dismiss(): void {
    this.current.value = null;
  }

  retry(): void {
    const again = this.current.peek()?.again;
    this.dismiss();
    again?.();
  }
}

/** Returns whether a newer request took the place of the one that failed so. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function isKernelGone(error: Error): boolean {
  return "type" in error && error.type === "KernelGone";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
