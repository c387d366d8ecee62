/** Samples beside the neuron's best: look-alikes that do not activate it, lower-scored ones, random ones. */

import type { DetailResult, ScoredSample } from "../../generated/protocol";
import { Tile } from "../../neurons/pictures/tile";
import { significant } from "../../ui/format";
import { useView } from "../context";
import { controlWords, LOOK_ALIKES, type OtherWords, otherTitle } from "../state/words";

export interface Group {
  words: OtherWords;
  samples: ScoredSample[];
  /** Place of its first sample, after the examples and the previous groups. */
  first: number;
}

/** In display order. */
export function groupsBeside({ examples, look_alikes, controls }: DetailResult): Group[] {
  const alike = look_alikes.map((sample) => ({ ...sample, score: null }));
  const groups = [
    { words: LOOK_ALIKES, samples: alike },
    ...controls.map((control) => ({ words: controlWords(control), samples: control.samples })),
  ];
  let first = examples.length;
  return groups.flatMap((group) => {
    if (group.samples.length === 0) return [];
    first += group.samples.length;
    return [{ ...group, first: first - group.samples.length }];
  });
}

interface OtherSamplesProps {
  group: Group;
  onShow: (place: number) => void;
}

export function OtherSamples({ group: { words, samples, first }, onShow }: OtherSamplesProps) {
  const { thumbnails } = useView();
  return (
    <div class="slw-other-samples">
      <div class="slw-heading" title={words.about}>
        {words.heading}
      </div>
      <div class="slw-examples">
        {samples.map((sample, place) => (
          <Tile
            key={sample.sample}
            pictures={thumbnails}
            row={sample.row}
            label={sample.label ?? "–"}
            title={otherTitle(words.about, sample)}
            onShow={() => onShow(first + place)}
          >
            {sample.score === null ? undefined : significant(sample.score)}
          </Tile>
        ))}
      </div>
    </div>
  );
}
