/** Bar of a signed number: right of a marked zero in one colour, left of it in another. */
import { Bar } from "../ui/bar";
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
  const also = `${negative ? "slw-negative " : ""}${pale ? "slw-pale" : ""}`;
  return <Bar start={start} length={length} mark={zero} also={also} />;
}
