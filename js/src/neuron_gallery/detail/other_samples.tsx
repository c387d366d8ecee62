/** Samples beside the neuron's best: look-alikes that do not activate it, lower-scored ones, random ones. */

import type { DetailResult, ScoredSample } from "../../generated/protocol";
import { Montage } from "../../neurons/pictures/montage";
import { significant } from "../../ui/format";
import { useView } from "../context";
import { controlWords, LOOK_ALIKES, type OtherWords, otherTitle } from "../state/words";
import { TILE } from "./detail_examples";

interface Group {
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
  /** Place of the sample that is shown large. */
  shown: number;
  onShow: (place: number) => void;
}

export function OtherSamples({ group: { words, samples, first }, shown, onShow }: OtherSamplesProps) {
  const { thumbnails } = useView();
  return (
    <div class="slw-other-samples">
      <div class="slw-heading" title={words.about}>
        {words.heading}
      </div>
      <div class="slw-examples">
        {samples.map((sample, place) => (
          <button
            key={sample.sample}
            type="button"
            class="slw-example"
            aria-pressed={first + place === shown}
            title={otherTitle(words.about, sample)}
            onClick={() => onShow(first + place)}
          >
            <Montage pictures={thumbnails} rows={[sample.row]} side={1} size={TILE} />
            <span class="slw-example-text">
              <span class="slw-cut">{sample.label ?? "–"}</span>
              {sample.score !== null && <span class="slw-number">{significant(sample.score)}</span>}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
