/** Details of one neuron: the reason for its verdict and the samples behind it. */
import type { Ref } from "preact";
import { isJudged, type Judgement, verdictOf } from "../../audits/judgement";
import { VerdictMark } from "../../audits/verdicts";
import { Name } from "../../neurons/name";
import { Icon } from "../../ui/icons";
import { useView } from "../state/context";
import type { Opened } from "../state/opened";
import { AnswerBar } from "./answer_bar";
import { Samples } from "./samples";

interface DetailProps {
  opened: Opened;
  judgement: Judgement;
  pane: Ref<HTMLElement>;
}

export function Detail({ opened, judgement, pane }: DetailProps) {
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
        {isJudged(judgement) && <Reasons judgement={judgement} component={opened.component} />}
        <Samples opened={opened} />
      </div>
    </section>
  );
}

function Header({ name }: { name: string }) {
  const { table } = useView();
  const out = table.ablation.names.value.has(name);
  return (
    <div class="slw-detail-header">
      <div class="slw-detail-title">
        <Name name={name} />
      </div>
      {table.classes.known.value?.can_ablate && (
        <button
          type="button"
          class="slw-button"
          aria-pressed={out}
          title="See what the model's accuracy is without it (a)"
          onClick={() => table.ablation.toggle(name)}
        >
          {out ? "Put it back" : "Take it out"}
        </button>
      )}
      <button
        type="button"
        class="slw-icon-button"
        aria-label="Close"
        title="Close (Esc)"
        onClick={() => table.opened.close()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Reasons({ judgement, component }: { judgement: Judgement; component: number }) {
  return (
    <div class="slw-audit-reasons">
      <VerdictMark verdict={verdictOf(judgement, component)} />
      <AnswerBar judgement={judgement} side="valid" component={component} />
      <AnswerBar judgement={judgement} side="spurious" component={component} />
    </div>
  );
}
