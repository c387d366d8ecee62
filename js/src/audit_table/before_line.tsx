/** Outcome and shares of an earlier audit of the class, below those of the present one. */

import type { BeforeAudit } from "../audits/before_audit";
import type { ClassAudit } from "../audits/class_audit";
import { Button } from "../ui/buttons/button";
import { Icon } from "../ui/buttons/icons";
import { count, counted, percent } from "../ui/format";
import { useView } from "./context";
import { OutcomeMark } from "./outcome_mark";
import { intervalOf, OUTCOME_MEANINGS, outcomeOf, range, shareOf } from "./state/words";
import { ON_BAR, VerdictBar } from "./verdict_bar";

export function BeforeLine({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const before = table.before.audit.value;
  if (before === null || before.className !== audit.className || before.layer !== audit.layer) return null;
  const changed = table.changed.value.size;
  return (
    <section class="slw-audit-headline slw-audit-before" aria-label={`Before: ${concepts(before)}`}>
      <Outcome before={before} />
      <VerdictBar
        shares={before.shares}
        interval={intervalOf(before, "spurious")}
        maxSpurious={table.traits.max_spurious.value}
      />
      <div class="slw-audit-shares">
        {ON_BAR.map((verdict) => (
          <span key={verdict} class={`slw-audit-was slw-verdict slw-is-${verdict}`}>
            <Icon name={verdict} />
            {verdict}
            <span class="slw-number">{percent(shareOf(before, verdict))}</span>
            <span class="slw-muted slw-number slw-audit-interval">{range(intervalOf(before, verdict))}</span>
          </span>
        ))}
        <Button
          aria-pressed={table.onlyChanged.value}
          disabled={changed === 0}
          title="Neurons whose verdict differs from the earlier audit's"
          onClick={() => table.toggleOnlyChanged()}
        >
          {changed === 0 ? "no verdict changed" : `${count(changed)} changed`}
        </Button>
      </div>
      {before.differences !== "" && <p class="slw-audit-differences slw-muted">{before.differences}</p>}
    </section>
  );
}

function Outcome({ before }: { before: BeforeAudit }) {
  const { table } = useView();
  const outcome = outcomeOf(
    intervalOf(before, "spurious"),
    before.n_samples,
    table.traits.max_spurious.value,
  );
  return (
    <div class="slw-audit-outcome">
      <OutcomeMark
        outcome={outcome}
        title={`${OUTCOME_MEANINGS[outcome]}.\n${counted(before.n_samples, "sample")}; ${concepts(before)}`}
        before={<span class="slw-muted">before:</span>}
      />
    </div>
  );
}

function concepts({ valid, spurious }: BeforeAudit): string {
  return `valid ${valid.join(", ") || "nothing"}; spurious ${spurious.join(", ") || "nothing"}`;
}
