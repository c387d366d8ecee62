/** Examples of the open neuron: one large, and all of them to choose from. */

import type { ExampleInfo, ScoredSample } from "../../generated/protocol";
import { Picture } from "../../neurons/pictures/picture";
import { Tile } from "../../neurons/pictures/tile";
import { exact, significant } from "../../ui/format";
import { useExamples, useView } from "../context";
import { exampleTitle } from "../state/words";

interface LargeProps {
  component: number;
  sample: ScoredSample;
  rank: number;
  /** Undefined for samples that are no concept examples. */
  example: ExampleInfo | undefined;
  /** Text in place of a missing score. */
  scoreless: string;
}

export function Large({ component, sample, rank, example, scoreless }: LargeProps) {
  const { row, label, name, score } = sample;
  const view = useView();
  const shown = useExamplesOpened();
  const { pictures } = example === undefined ? view : shown;
  const key = example === undefined ? row : shown.key(component, rank, row);
  const whole = view.gallery.traits.examples_as.value !== "crop";
  return (
    <figure class="slw-large">
      <div class="slw-large-picture">
        <div class="slw-boxed">
          <Picture key={key} pictures={pictures} row={key} alt={label ?? name} />
          {whole && example?.box != null && <Outline box={example.box} />}
        </div>
      </div>
      <figcaption class="slw-large-caption">
        {example !== undefined && <span class="slw-muted">{`#${rank + 1}`}</span>}
        <span class="slw-cut" title={name}>
          {label ?? name}
        </span>
        {score === null ? (
          <span class="slw-number slw-muted">{scoreless}</span>
        ) : (
          <span class="slw-number" title={`Score ${exact(score)} on sample ${sample.sample}`}>
            {significant(score)}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** Outlines the part of the image that the example is. */
function Outline({ box: [left = 0, top = 0, right = 1, bottom = 1] }: { box: number[] }) {
  const style = {
    left: percent(left),
    top: percent(top),
    width: percent(right - left),
    height: percent(bottom - top),
  };
  return <span class="slw-outline" style={style} title="The part that the neuron responds to" />;
}

interface ExamplesProps {
  component: number;
  examples: ExampleInfo[];
  shown: number;
  onShow: (rank: number) => void;
}

export function Examples({ component, examples, shown, onShow }: ExamplesProps) {
  const { thumbnails, key } = useExamplesOpened();
  return (
    <div class="slw-examples">
      {examples.map(({ row, sample, score, label, name }, rank) => (
        <Tile
          key={sample}
          pictures={thumbnails}
          row={key(component, rank, row)}
          label={label ?? "–"}
          title={exampleTitle(rank, score, label, name)}
          pressed={rank === shown}
          onShow={() => onShow(rank)}
        >
          {significant(score)}
        </Tile>
      ))}
    </div>
  );
}

/** Shows the examples in the chosen mode. */
export function useExamplesOpened() {
  return useExamples(useView().gallery.opened.current.value?.layer ?? "");
}

const percent = (share: number) => `${(100 * share).toFixed(2)}%`;
