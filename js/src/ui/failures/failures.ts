/** What went wrong, as the banner shows it. */
import { type Signal, signal } from "@preact/signals";

export interface Failure {
  /** What did not work, in the user's words: "The neurons could not be ranked". */
  what: string;
  message: string;
  /** Tries it once more. */
  again?: () => void;
}

export class Failures {
  readonly current: Signal<Failure | null> = signal(null);

  constructor(private readonly lifetime: AbortSignal) {}

  /** Says so on screen, unless that says nothing new. */
  report(what: string, error: unknown, again?: () => void): void {
    if (this.isNoNews(error)) return;
    this.current.value = { what, message: messageOf(error), ...(again === undefined ? {} : { again }) };
  }

  /** It was given up on purpose, the widget is gone, or the kernel is and the view says that already. */
  isNoNews(error: unknown): boolean {
    if (this.lifetime.aborted) return true;
    return error instanceof Error && (error.name === "AbortError" || isKernelGone(error));
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

function isKernelGone(error: Error): boolean {
  return "type" in error && error.type === "KernelGone";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
