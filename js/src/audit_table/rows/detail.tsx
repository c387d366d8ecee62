/** Details of one neuron: the reason for its verdict and the samples behind it. */

import type { Ref } from "preact";
import { type ClassAudit, hasVerdicts, verdictOf } from "../../audits/class_audit";
import { VerdictMark } from "../../audits/verdicts";
import { DetailPane } from "../../neurons/detail_pane";
import { Button } from "../../ui/buttons/button";
import { useView } from "../context";
import type { Opened } from "../state/opened";
import { AnswerBar } from "./answer_bar";
import { Samples } from "./samples";

interface DetailProps {
  opened: Opened;
  audit: ClassAudit;
  pane: Ref<HTMLElement>;
}

export function Detail({ opened, audit, pane }: DetailProps) {
  const { table } = useView();
  const name = table.nameOf(opened.component);
  return (
    <DetailPane
      pane={pane}
      name={name}
      component={opened.component}
      actions={table.classes.known.value?.can_ablate && <TakeOut name={name} />}
      onStep={(by) => table.focus.step(by)}
      onClose={() => table.opened.close()}
    >
      {hasVerdicts(audit) && <Reasons audit={audit} component={opened.component} />}
      <Samples opened={opened} />
    </DetailPane>
  );
}

function TakeOut({ name }: { name: string }) {
  const { table } = useView();
  const out = table.ablation.names.value.has(name);
  return (
    <Button
      aria-pressed={out}
      title="Test the model's accuracy without it (a)"
      onClick={() => table.ablation.toggle(name)}
    >
      {out ? "Put it back" : "Take it out"}
    </Button>
  );
}

function Reasons({ audit, component }: { audit: ClassAudit; component: number }) {
  return (
    <div class="slw-audit-reasons">
      <VerdictMark verdict={verdictOf(audit, component)} />
      <AnswerBar audit={audit} side="valid" component={component} />
      <AnswerBar audit={audit} side="spurious" component={component} />
    </div>
  );
}
