/** Bar of a neuron's z-score for a list of concepts, with its nearest concept; pale where it does not answer. */

import { answersTo, type ClassAudit } from "../../audits/class_audit";
import type { Side } from "../../audits/requirements";
import { Bar } from "../../ui/bar";
import { significant } from "../../ui/format";
import { barPart } from "../../ui/scale";
import { aboveChance, answerTitle } from "../state/words";

interface AnswerBarProps {
  audit: ClassAudit;
  side: Side;
  component: number;
}

export function AnswerBar({ audit, side, component }: AnswerBarProps) {
  const { zScore, percentile, concept } = audit.answers[side];
  const value = zScore[component] ?? Number.NaN;
  const name = audit.concepts[side][concept[component] ?? -1];
  const title = answerTitle(audit, side, component);
  if (audit.concepts[side].length === 0)
    return (
      <span class="slw-audit-answer slw-below" title={title}>
        <span class="slw-hidden">{`, ${title}`}</span>
        <span class="slw-muted">–</span>
      </span>
    );
  const most = audit.highest.zScore;
  const { start, length } = barPart(Math.max(0, value), 0, most);
  const answers = answersTo(audit, side, component);
  return (
    <span class={`slw-audit-answer${answers ? "" : " slw-below"}`} title={title}>
      <span class="slw-cut slw-audit-concept">
        <span class="slw-hidden">{`, nearest ${side} concept `}</span>
        {name ?? "–"}
        {name !== undefined && <span class="slw-muted"> · {aboveChance(percentile[component])}</span>}
      </span>
      <Bar start={start} length={length} also={`slw-is-${side}${answers ? "" : " slw-pale"}`} />
      <span class="slw-hidden">, z-score </span>
      <span class="slw-number">{significant(value)}</span>
    </span>
  );
}
