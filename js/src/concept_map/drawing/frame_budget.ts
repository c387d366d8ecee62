/**
 * How many points may be drawn while the map moves, so that it follows the hand; at rest all are.
 *
 * What a frame costs is only known afterwards (drawing happens in another process), from how long the next one waits.
 */
const TARGET_MS = 20;
const START = 60_000;
const LEAST = 4000;

export class FrameBudget {
  private points = START;

  /** How many of `n` points to draw in a frame of a movement. */
  take(n: number): number {
    return Math.min(n, Math.round(this.points));
  }

  /** A frame of `drawn` points took `milliseconds` until the next one. */
  observe(drawn: number, milliseconds: number): void {
    if (milliseconds > 1.25 * TARGET_MS) {
      // One slow frame may have another reason, so that no more than half is taken at once.
      const fitting = drawn * Math.max(0.5, TARGET_MS / milliseconds);
      this.points = Math.max(LEAST, Math.min(this.points, fitting));
    } else if (drawn >= this.points * 0.99) this.points *= 1.3;
  }
}
