/** Examples of the open neuron: the nine best as large as the pane allows, the others small. */

import type { DetailResult } from "../../generated/protocol";
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

/** Shows the examples in the chosen mode. */
export function useExamplesOpened() {
  return useExamples(useView().gallery.opened.current.value?.layer ?? "");
}
