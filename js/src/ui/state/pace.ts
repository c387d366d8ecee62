/** Time that a long request still takes, from its pace since it was first heard of. */
import type { Progress } from "../../kernel/types";

/** Before that much, a pace says nothing. */
const LEAST_SECONDS = 1;
const LEAST_SHARE = 0.03;

export class Pace {
  #first: (Progress & { at: number }) | null = null;

  /** Returns the seconds left; null while they are not known. `now` is in milliseconds. */
  left(progress: Progress, now = performance.now()): number | null {
    const first = this.#first;
    if (first === null || first.what !== progress.what || progress.done < first.done) {
      this.#first = { ...progress, at: now };
      return null;
    }
    const seconds = (now - first.at) / 1000;
    const done = progress.done - first.done;
    if (seconds < LEAST_SECONDS || done < LEAST_SHARE * progress.total) return null;
    return (seconds * (progress.total - progress.done)) / done;
  }
}
