/** Bar of a neuron's z-score for a list of concepts, with its nearest concept and the threshold marked. */

import type { Judgement } from "../../audits/judgement";
import type { Side } from "../../audits/requirements";
import { significant } from "../../ui/format";
import { barPart } from "../../ui/scale";
import { answerTitle } from "../state/words";

interface AnswerBarProps {
  judgement: Judgement;
  side: Side;
  component: number;
}

export function AnswerBar({ judgement, side, component }: AnswerBarProps) {
  const { zScore, concept } = judgement.answers[side];
  const value = zScore[component] ?? Number.NaN;
  const name = judgement.concepts[side][concept[component] ?? -1];
  if (judgement.concepts[side].length === 0)
    return <NotAsked title={answerTitle(judgement, side, component)} />;
  const most = judgement.highest.zScore;
  const { start, length } = barPart(Math.max(0, value), 0, most);
  const answers = value >= judgement.threshold;
  return (
    <span
      class={`slw-audit-answer${answers ? "" : " slw-below"}`}
      title={answerTitle(judgement, side, component)}
    >
      <span class="slw-cut slw-audit-concept">{name ?? "–"}</span>
      <span class="slw-bar" aria-hidden="true">
        <span
          class={`slw-bar-fill slw-is-${side}${answers ? "" : " slw-pale"}`}
          style={{ left: `${100 * start}%`, width: `${100 * length}%` }}
        />
        <span class="slw-bar-zero" style={{ left: `${(100 * judgement.threshold) / most}%` }} />
      </span>
      <span class="slw-number">{significant(value)}</span>
    </span>
  );
}

function NotAsked({ title }: { title: string }) {
  return (
    <span class="slw-audit-answer slw-below" title={title}>
      <span class="slw-muted">–</span>
    </span>
  );
}
