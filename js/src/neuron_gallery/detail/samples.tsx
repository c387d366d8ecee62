/** Examples of the open neuron: the nine best as large as the pane allows, the others small. */

import type { Card, DetailResult } from "../../generated/protocol";
import { Tile } from "../../neurons/pictures/tile";
import { significant } from "../../ui/format";
import { useExamples, useView } from "../context";
import { exampleTitle } from "../state/words";

export const NINE = 9;

interface ExamplesProps {
  detail: DetailResult;
  /** Ranks from `first` up to, but not including, `end`. */
  first: number;
  end: number;
  onShow: (rank: number) => void;
}

export function Examples({ detail, first, end, onShow }: ExamplesProps) {
  const { thumbnails, key } = useExamplesOpened();
  const { card, examples } = detail;
  return (
    <section
      class={first === 0 ? "slw-nine" : "slw-examples"}
      aria-label={first === 0 ? "Examples" : "More examples"}
    >
      {examples.slice(first, end).map(({ row, sample, score, label, name }, i) => (
        <Tile
          key={sample}
          pictures={thumbnails}
          row={key(card.component, first + i, row)}
          label={label ?? "–"}
          title={exampleTitle(first + i, score, label, name)}
          onShow={() => onShow(first + i)}
          large={first === 0}
        >
          {significant(score)}
        </Tile>
      ))}
    </section>
  );
}

/** The nine best examples before their labels and scores arrive; pictures that the neuron's card shows are there. */
export function ExamplesAwaited({ card }: { card: Card | undefined }) {
  const { thumbnails, key } = useExamplesOpened();
  if (card === undefined)
    return (
      <div class="slw-nine">
        {Array.from({ length: NINE }, (_, i) => (
          <span key={i} class="slw-skeleton" />
        ))}
      </div>
    );
  return (
    <div class="slw-nine">
      {card.samples.slice(0, NINE).map((row, rank) => (
        <Tile key={row} pictures={thumbnails} row={key(card.component, rank, row)} label={"\u00a0"} large />
      ))}
    </div>
  );
}

/** Shows the examples in the chosen mode. */
export function useExamplesOpened() {
  return useExamples(useView().gallery.opened.current.value?.layer ?? "");
}
