/** Bar of a signed number: right of a marked zero in one colour, left of it in another. */
import { barPart } from "../ui/scale";

interface AlignmentBarProps {
  value: number;
  min: number;
  max: number;
  /** Muted: the number is no better than chance. */
  pale: boolean;
}

export function AlignmentBar({ value, min, max, pale }: AlignmentBarProps) {
  const { zero, start, length, negative } = barPart(value, min, max);
  const kind = `slw-bar-fill${negative ? " slw-negative" : ""}${pale ? " slw-pale" : ""}`;
  return (
    <span class="slw-bar" aria-hidden="true">
      <span class={kind} style={{ left: `${100 * start}%`, width: `${100 * length}%` }} />
      <span class="slw-bar-zero" style={{ left: `${100 * zero}%` }} />
    </span>
  );
}
