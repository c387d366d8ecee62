/** Note at the end of a status line: the progress of a long request, or that the kernel is busy. */
import { useMemo } from "preact/hooks";
import type { KernelStatus, Progress } from "../../kernel/types";
import { percent } from "../format";
import { Pace } from "../state/pace";

interface DoingProps {
  progress: Progress | null;
  status: KernelStatus;
  title?: string;
}

export function Doing({ progress, status, title }: DoingProps) {
  const pace = useMemo(() => new Pace(), []);
  const left = progress === null ? null : pace.left(progress);
  const text = progressText(progress, left) ?? (status === "busy" ? "kernel busy …" : null);
  if (text === null) return null;
  return (
    <span class="slw-doing" title={title ?? text}>
      {text}
    </span>
  );
}

/** Returns, for example, "UMAP, 20 %, about 8 s"; "loading ConSE …" while no share is known, and null for nothing. */
export function progressText(progress: Progress | null, secondsLeft: number | null = null): string | null {
  if (progress === null || progress.what === "") return null;
  const { done, total, what } = progress;
  if (total === 0 || (total === 1 && done === 0)) return `${what} …`;
  const left = secondsLeft === null ? "" : `, about ${inWords(secondsLeft)}`;
  return `${what}, ${percent(done / total)}${left}`;
}

function inWords(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}
