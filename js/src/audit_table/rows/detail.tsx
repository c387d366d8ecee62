/** Details of one neuron: the reason for its verdict and the samples behind it. */

import type { Ref } from "preact";
import { type ClassAudit, hasVerdicts, verdictOf } from "../../audits/class_audit";
import { VerdictMark } from "../../audits/verdicts";
import { DetailHeader } from "../../neurons/detail_header";
import { useView } from "../state/context";
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
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    table.opened.close();
  };
  return (
    <section
      ref={pane}
      class="slw-detail"
      tabIndex={-1}
      aria-label={`Details of ${name}`}
      onKeyDown={onKeyDown}
    >
      <Header name={name} />
      <div class="slw-detail-body" key={opened.component}>
        {hasVerdicts(audit) && <Reasons audit={audit} component={opened.component} />}
        <Samples opened={opened} />
      </div>
    </section>
  );
}

function Header({ name }: { name: string }) {
  const { table } = useView();
  const out = table.ablation.names.value.has(name);
  return (
    <DetailHeader name={name} onClose={() => table.opened.close()}>
      {table.classes.known.value?.can_ablate && (
        <button
          type="button"
          class="slw-button"
          aria-pressed={out}
          title="Test the model's accuracy without it (a)"
          onClick={() => table.ablation.toggle(name)}
        >
          {out ? "Put it back" : "Take it out"}
        </button>
      )}
    </DetailHeader>
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
