/** Line about the current neuron: its match on the other side, and what the match is worth. */
import type { Match } from "../comparisons/matches";
import { Link } from "../ui/buttons/button";
import { significant } from "../ui/format";
import { useView } from "./context";
import { worth } from "./state/words";

export function PairLine() {
  const { compare } = useView();
  const current = compare.current.value;
  const isHere = current !== null && compare.traits.pair.value.includes(current.layer);
  const match = isHere ? compare.matches.matchOf(current, compare.other(current.layer)) : null;
  return (
    <div class="slw-pair-line" role="status" aria-live="polite">
      {isHere ? (
        <>
          <span class="slw-strong">{compare.nameOf(current)}</span>
          <Outcome match={match} other={compare.other(current.layer)} />
          <Link title="Open (Enter)" onClick={() => compare.open(current)}>
            Side by side
          </Link>
        </>
      ) : (
        <span class="slw-muted slw-cut">Choose a neuron to see its match</span>
      )}
    </div>
  );
}

function Outcome({ match, other }: { match: Match | null; other: string }) {
  const { compare } = useView();
  if (match === null) return <span class="slw-muted">has nothing to be compared with</span>;
  const name = compare.nameOf(match.neuron);
  const isMatched = match.chance?.isMatched !== false;
  const text = `similarity ${significant(match.similarity)}, ${worth(match)}`;
  return (
    <>
      {isMatched ? (
        <span>{match.chance === null ? "nearest" : match.mutual ? "↔" : "→"}</span>
      ) : (
        <span>
          has <span class="slw-strong">no match</span> in {other}: the nearest is
        </span>
      )}
      <Link onClick={() => compare.visit(match.neuron)}>{name}</Link>
      <span class="slw-muted slw-cut" title={text}>
        {isMatched ? text : `${text}: no more alike than by chance`}
      </span>
    </>
  );
}
