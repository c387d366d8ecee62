/** Bar of a neuron's z-score for a list of concepts, with its nearest concept and the threshold marked. */

import type { ClassAudit } from "../../audits/class_audit";
import type { Side } from "../../audits/requirements";
import { significant } from "../../ui/format";
import { barPart } from "../../ui/scale";
import { answerTitle } from "../state/words";

interface AnswerBarProps {
  audit: ClassAudit;
  side: Side;
  component: number;
}

export function AnswerBar({ audit, side, component }: AnswerBarProps) {
  const { zScore, concept } = audit.answers[side];
  const value = zScore[component] ?? Number.NaN;
  const name = audit.concepts[side][concept[component] ?? -1];
  if (audit.concepts[side].length === 0) return <NotAsked title={answerTitle(audit, side, component)} />;
  const most = audit.highest.zScore;
  const { start, length } = barPart(Math.max(0, value), 0, most);
  const answers = value >= audit.threshold;
  return (
    <span
      class={`slw-audit-answer${answers ? "" : " slw-below"}`}
      title={answerTitle(audit, side, component)}
    >
      <span class="slw-cut slw-audit-concept">{name ?? "–"}</span>
      <span class="slw-bar" aria-hidden="true">
        <span
          class={`slw-bar-fill slw-is-${side}${answers ? "" : " slw-pale"}`}
          style={{ left: `${100 * start}%`, width: `${100 * length}%` }}
        />
        <span class="slw-bar-zero" style={{ left: `${(100 * audit.threshold) / most}%` }} />
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
