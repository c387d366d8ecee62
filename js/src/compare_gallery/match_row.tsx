/** Row of a card about the neuron's match on the other side. */
import type { Neuron } from "../kernel/link";
import { significant } from "../ui/format";
import type { CompareGallery } from "./state/state";
import { matchTitle } from "./state/words";

export function matchRow(compare: CompareGallery, neuron: Neuron) {
  const match = compare.matches.matchOf(neuron, compare.other(neuron.layer));
  const name = match === null ? "" : compare.nameOf(match.neuron);
  const isMatched = match?.chance?.isMatched !== false;
  return (
    <span class="slw-match" title={matchTitle(name, match)}>
      {match === null ? (
        <span class="slw-muted">no match</span>
      ) : (
        <>
          <span class={`slw-cut${isMatched ? "" : " slw-muted"}`}>
            {isMatched ? `${match.mutual ? "↔" : "→"} ${name.slice(name.lastIndexOf(":") + 1)}` : "no match"}
          </span>
          <span class={`slw-number${isMatched ? "" : " slw-muted"}`}>{significant(match.similarity)}</span>
        </>
      )}
    </span>
  );
}
