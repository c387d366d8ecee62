/** Where a number stands on a bar whose zero is always inside, as fractions of the bar's width. */

export interface BarPart {
  zero: number;
  start: number;
  length: number;
  negative: boolean;
}

/** The part of the bar between zero and `value`, for a bar that spans `min` to `max` and always holds zero; empty for NaN. */
export function barPart(value: number, min: number, max: number): BarPart {
  const low = Math.min(0, min);
  const span = Math.max(0, max) - low || 1;
  const zero = (0 - low) / span;
  const end = Number.isNaN(value) ? zero : Math.min(1, Math.max(0, (value - low) / span));
  return { zero, start: Math.min(zero, end), length: Math.abs(end - zero), negative: value < 0 };
}
