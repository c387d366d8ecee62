/** Position of a number on a bar that always includes zero, as a fraction of the bar's width. */

interface BarPart {
  zero: number;
  start: number;
  length: number;
  negative: boolean;
}

/** Returns the part between zero and `value` of a bar that spans `min` to `max` and zero; empty for NaN. */
export function barPart(value: number, min: number, max: number): BarPart {
  const low = Math.min(0, min);
  const span = Math.max(0, max) - low || 1;
  const zero = (0 - low) / span;
  const end = Number.isNaN(value) ? zero : Math.min(1, Math.max(0, (value - low) / span));
  return { zero, start: Math.min(zero, end), length: Math.abs(end - zero), negative: value < 0 };
}
