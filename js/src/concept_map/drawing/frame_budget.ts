/**
 * Number of points drawn per frame while the map moves, chosen to keep the frame rate; at rest all are drawn.
 *
 * The cost of a frame is known only from the delay of the next one, because drawing happens in another process.
 */
const TARGET_MS = 20;
const START = 60_000;
const LEAST = 4000;

export class FrameBudget {
  #points = START;

  /** Returns how many of `n` points to draw in a moving frame. */
  take(n: number): number {
    return Math.min(n, Math.round(this.#points));
  }

  /** Records that a frame of `drawn` points took `milliseconds`. */
  observe(drawn: number, milliseconds: number): void {
    if (milliseconds > 1.25 * TARGET_MS) {
      // One slow frame may have another cause: the budget at most halves.
      const fitting = drawn * Math.max(0.5, TARGET_MS / milliseconds);
      this.#points = Math.max(LEAST, Math.min(this.#points, fitting));
    } else if (drawn >= this.#points * 0.99) this.#points *= 1.3;
  }
}
