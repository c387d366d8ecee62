/** Details of one neuron: examples with scores, statistics, similar neurons. */

import type { Ref } from "preact";
import { useState } from "preact/hooks";
import type { DetailResult } from "../../generated/protocol";
import { DetailPane } from "../../neurons/detail_pane";
import { Labels } from "../../neurons/labels/labels";
import { deadText } from "../../neurons/measures";
import { Button } from "../../ui/buttons/button";
import { Icon } from "../../ui/buttons/icons";
import { useView } from "../context";
import type { Opened } from "../state/state";
import { Examples, Large } from "./detail_examples";
import { Label } from "./label";
import { groupsBeside, OtherSamples } from "./other_samples";
import { Served } from "./served";
import { Similar } from "./similar";
import { Statistics } from "./statistics";

export function Detail({ opened, pane }: { opened: Opened; pane: Ref<HTMLElement> }) {
  const { gallery } = useView();
  const detail = gallery.opened.detail.value;
  return (
    <DetailPane
      pane={pane}
      name={opened.name}
      component={opened.component}
      actions={<MoreLike name={opened.name} />}
      onClose={() => gallery.opened.close()}
    >
      <Label component={opened.component} />
      {detail === null ? <Waiting /> : <Contents detail={detail} />}
    </DetailPane>
  );
}

function MoreLike({ name }: { name: string }) {
  const { gallery } = useView();
  return (
    <Button title="Search for neurons like this one" onClick={() => gallery.query.like(name)}>
      <Icon name="similar" />
      More like this
    </Button>
  );
}

function Contents({ detail }: { detail: DetailResult }) {
  const [shown, setShown] = useState(0);
  const { card, examples } = detail;
  const groups = groupsBeside(detail);
  const group = groups.findLast(({ first }) => first <= shown);
  const sample = examples[shown] ?? group?.samples[shown - group.first] ?? examples[0];
  if (examples.length === 0 || sample === undefined) {
    return (
      <>
        <p class="slw-muted">It is {deadText(card)}. There is no example to show.</p>
        <Statistics detail={detail} />
      </>
    );
  }
  const large = { sample, rank: shown, example: examples[shown], scoreless: group?.words.scoreless ?? "" };
  return (
    <>
      <Large component={card.component} {...large} />
      <Examples component={card.component} examples={examples} shown={shown} onShow={setShown} />
      <Labels labels={card.labels} />
      {groups.map((group) => (
        <OtherSamples key={group.words.heading} group={group} shown={shown} onShow={setShown} />
      ))}
      <Served classes={detail.classes} />
      <Statistics detail={detail} />
      <Similar similar={detail.similar} />
    </>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label="Loading details">
      <div class="slw-skeleton slw-large-picture" />
      <span class="slw-skeleton slw-line" />
      <span class="slw-skeleton slw-line" style={{ width: "70%" }} />
    </div>
  );
}
