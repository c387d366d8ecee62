/** Details of one neuron, evidence first: label, alignment, examples, scores; then other images and facts. */

import type { Ref } from "preact";
import { useState } from "preact/hooks";
import type { DetailResult } from "../../generated/protocol";
import { DetailPane } from "../../neurons/detail_pane";
import { Labels } from "../../neurons/labels/labels";
import { NeuronLabel } from "../../neurons/labels/neuron_label";
import { deadText } from "../../neurons/measures";
import { IconButton } from "../../ui/buttons/icon_button";
import { AlignmentRow } from "../alignment_bar";
import { useView } from "../context";
import { Pin } from "../pin";
import { matchAt } from "../state/ranking";
import type { Opened } from "../state/state";
import { LabelWorth, useLabel } from "./label";
import { groupsBeside, OtherSamples } from "./other_samples";
import { Examples, ExamplesAwaited, NINE, useExamplesOpened } from "./samples";
import { Scores } from "./scores";
import { Served } from "./served";
import { Similar } from "./similar";
import { Statistics } from "./statistics";
import { Zoom } from "./zoom";

export function Detail({ opened, pane }: { opened: Opened; pane: Ref<HTMLElement> }) {
  const { gallery } = useView();
  const detail = gallery.opened.detail.value;
  return (
    <DetailPane
      pane={pane}
      name={opened.name}
      component={opened.component}
      actions={
        <>
          <Pin name={opened.name} />
          <IconButton
            icon="similar"
            label={`More neurons like ${opened.name}`}
            title="More like this (m)"
            onClick={() => gallery.query.like(opened.name)}
          />
        </>
      }
      onStep={(by) => gallery.focus.step(by)}
      onClose={() => gallery.opened.close()}
    >
      <Answer component={opened.component} />
      {detail === null ? <Waiting opened={opened} /> : <Contents detail={detail} />}
    </DetailPane>
  );
}

/** The neuron's label and its alignment with the query. */
function Answer({ component }: { component: number }) {
  const { gallery } = useView();
  const { labels, order, query } = gallery;
  const label = useLabel(component);
  const ranking = order.ranking.value;
  const place = ranking?.order.indexOf(component) ?? -1;
  const match = ranking === null || place < 0 ? null : matchAt(ranking, place);
  return (
    <>
      {labels.shown.value && (
        <div class="slw-detail-label">
          <NeuronLabel label={label} clearAbove={labels.summary.value?.clear_above} />
        </div>
      )}
      {ranking !== null && match !== null && (
        <AlignmentRow
          match={match}
          ranking={ranking}
          query={query.byImage.value ? "the image" : `“${ranking.query}”`}
        />
      )}
    </>
  );
}

function Contents({ detail }: { detail: DetailResult }) {
  const [shown, setShown] = useState<number | null>(null);
  const stores = useExamplesOpened();
  const { card, examples } = detail;
  if (examples.length === 0) {
    return (
      <>
        <p class="slw-muted">It is {deadText(card)}. There is no example to show.</p>
        <Statistics detail={detail} />
      </>
    );
  }
  const groups = groupsBeside(detail);
  return (
    <>
      <Examples detail={detail} first={0} end={NINE} onShow={setShown} />
      <div class="slw-detail-rest">
        <Labels labels={card.labels} />
        <Scores detail={detail} />
        {examples.length > NINE && (
          <Examples detail={detail} first={NINE} end={examples.length} onShow={setShown} />
        )}
        {groups.map((group) => (
          <OtherSamples key={group.words.heading} group={group} onShow={setShown} />
        ))}
        <LabelWorth component={card.component} />
        <Served classes={detail.classes} />
        <Statistics detail={detail} />
        <Similar similar={detail.similar} />
      </div>
      {shown !== null && (
        <Zoom
          detail={detail}
          groups={groups}
          stores={stores}
          place={shown}
          onShow={setShown}
          onClose={() => setShown(null)}
        />
      )}
    </>
  );
}

/** The pictures of the neuron's card, which arrives before the details if it is shown, and skeletons of all else. */
function Waiting({ opened }: { opened: Opened }) {
  const { gallery } = useView();
  void gallery.cards.version.value;
  const card = gallery.cards.get(opened.component);
  return (
    <>
      <ExamplesAwaited card={card?.name === opened.name ? card : undefined} />
      <div class="slw-detail-rest" role="status" aria-label="Loading details">
        <span class="slw-skeleton slw-line" />
        <span class="slw-skeleton slw-line" style={{ width: "70%" }} />
      </div>
    </>
  );
}
