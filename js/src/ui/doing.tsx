/** Note at the end of a status line: the progress of a long request, or that the kernel is busy. */
import type { KernelStatus, Progress } from "../kernel/types";
import { percent } from "./format";

export function Doing({ progress, status }: { progress: Progress | null; status: KernelStatus }) {
  const text = progressText(progress) ?? (status === "busy" ? "kernel busy …" : null);
  return text === null ? null : <span class="slw-doing">{text}</span>;
}

/** Returns, for example, "embedding 40 %"; null while the total is not known. */
export function progressText(progress: Progress | null): string | null {
  if (progress === null || progress.total === 0) return null;
  return `${progress.what} ${percent(progress.done / progress.total)}`;
}
