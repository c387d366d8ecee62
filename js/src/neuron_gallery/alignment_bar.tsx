/** Alignment of a neuron with the query: a bar right of a marked zero, or left of it in another colour, and a number. */
import { Bar } from "../ui/bar";
import { significant } from "../ui/format";
import { barPart } from "../ui/scale";
import { useView } from "./context";
import { type Match, type Ranking, strengthOf } from "./state/ranking";
import { alignmentTitle } from "./state/words";

const CHANCE = 0.95;

interface AlignmentRowProps {
  match: Match;
  ranking: Ranking;
  /** The query that it is the alignment with; hidden from view without. */
  query?: string;
}

/** Beside another gallery the strength in standard deviations, as alignments of two foundation models can't be compared. */
export function AlignmentRow({ match, ranking, query }: AlignmentRowProps) {
  const strengths = useView().beside?.strengths.value;
  const value = strengths === undefined ? match.alignment : strengthOf(match);
  return (
    <span class="slw-alignment" title={alignmentTitle(match)}>
      {query === undefined ? (
        <span class="slw-hidden">{strengths === undefined ? "alignment" : "strength"}</span>
      ) : (
        <span class="slw-cut">
          <span class="slw-muted">alignment with</span> {query}
        </span>
      )}
      <AlignmentBar
        value={value}
        min={strengths?.min ?? ranking.min ?? 0}
        max={strengths?.max ?? ranking.max ?? 0}
        pale={match.nullPercentile < CHANCE}
      />
      <span class="slw-number">{`${strengths === undefined ? "" : "z "}${significant(value)}`}</span>
    </span>
  );
}

interface AlignmentBarProps {
  value: number;
  min: number;
  max: number;
  /** Muted: the number is no better than chance. */
  pale: boolean;
}

function AlignmentBar({ value, min, max, pale }: AlignmentBarProps) {
  const { zero, start, length, negative } = barPart(value, min, max);
  const also = `${negative ? "slw-negative " : ""}${pale ? "slw-pale" : ""}`;
  return <Bar start={start} length={length} mark={zero} also={also} />;
}
