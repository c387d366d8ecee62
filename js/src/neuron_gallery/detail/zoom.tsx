/** One image of the open neuron in full size, with its file, class and score; the arrow keys step through all of them. */

import type { DetailResult, ExampleInfo, ScoredSample } from "../../generated/protocol";
import { Explain } from "../../neurons/explain";
import type { ExampleStores } from "../../neurons/pictures/example_pictures";
import { Picture } from "../../neurons/pictures/picture";
import { IconButton } from "../../ui/buttons/icon_button";
import { Dialog } from "../../ui/dialog";
import { count, exact, significant } from "../../ui/format";
import { runKey } from "../../ui/keys";
import { useView } from "../context";
import type { Group } from "./other_samples";

interface ZoomProps {
  detail: DetailResult;
  /** Images beside the examples, in their order. */
  groups: Group[];
  /** Pictures of the examples. */
  stores: ExampleStores;
  /** Place of the image among the examples and then the groups. */
  place: number;
  onShow: (place: number) => void;
  onClose: () => void;
}

export function Zoom({ detail, groups, stores, place, onShow, onClose }: ZoomProps) {
  const { examples, card } = detail;
  const group = groups.findLast(({ first }) => first <= place);
  const sample = examples[place] ?? group?.samples[place - group.first];
  if (sample === undefined) return null;
  const last = groups.reduce((n, { samples }) => n + samples.length, examples.length) - 1;
  const to = (next: number) => () => onShow(Math.min(last, Math.max(0, next)));
  const keys = { ArrowLeft: to(place - 1), ArrowRight: to(place + 1), Home: to(0), End: to(last) };
  const title = group === undefined ? `Example ${place + 1} of ${examples.length}` : group.words.heading;
  return (
    <Dialog
      label={`${title}, ${card.name}`}
      also="slw-zoom"
      head={
        <>
          <span class="slw-dialog-title slw-cut" aria-live="polite">
            {title} <span class="slw-muted">{card.name}</span>
          </span>
          <IconButton icon="previous" label="Previous image (←)" onClick={to(place - 1)} />
          <IconButton icon="next" label="Next image (→)" onClick={to(place + 1)} />
        </>
      }
      onKeyDown={(event) => runKey(event, keys)}
      onClose={onClose}
    >
      <Large
        component={card.component}
        stores={stores}
        sample={sample}
        rank={place}
        scoreless={group?.words.scoreless ?? ""}
        onLeave={onClose}
      />
    </Dialog>
  );
}

interface LargeProps {
  component: number;
  stores: ExampleStores;
  sample: ScoredSample | ExampleInfo;
  rank: number;
  /** Text in place of a missing score. */
  scoreless: string;
  onLeave: () => void;
}

function Large({ component, stores, sample, rank, scoreless, onLeave }: LargeProps) {
  const { row, label, name, score } = sample;
  const view = useView();
  const isExample = "box" in sample;
  const key = isExample ? stores.key(component, rank, row) : row;
  const whole = view.gallery.traits.examples_as.value !== "crop";
  return (
    <figure class="slw-large">
      <div class="slw-large-picture">
        <div class="slw-boxed">
          <Picture key={key} pictures={isExample ? stores.full : view.full} row={key} alt={label ?? name} />
          {whole && isExample && sample.box !== null && <Outline box={sample.box} />}
        </div>
      </div>
      <figcaption class="slw-large-caption">
        <span class="slw-strong">{label ?? "no label"}</span>
        <span class="slw-muted slw-cut" title={name}>
          {[name, `sample ${count(sample.sample)}`].filter(Boolean).join(" · ")}
        </span>
        {score === null ? (
          <span class="slw-number slw-muted">{scoreless}</span>
        ) : (
          <span class="slw-number" title={`Score ${exact(score)}`}>
            score {significant(score)}
          </span>
        )}
        <Explain explaining={view.gallery.explaining} sample={sample.sample} onLeave={onLeave} />
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

const percent = (share: number) => `${(100 * share).toFixed(2)}%`;
