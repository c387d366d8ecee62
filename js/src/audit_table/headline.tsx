/** Headline of an audit: the class's relevance by verdict, and whether the class passes. */

import { type ClassAudit, hasVerdicts } from "../audits/class_audit";
import type { Verdict } from "../audits/verdicts";
import { MEANINGS } from "../generated/constants";
import { Icon } from "../ui/buttons/icons";
import { counted, exact, percent } from "../ui/format";
import { useView } from "./context";
import { OutcomeMark } from "./outcome_mark";
import { classOutcome, intervalOf, OUTCOME_MEANINGS, range, shareOf } from "./state/words";
import { ON_BAR, VerdictBar } from "./verdict_bar";

export function Headline({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  if (!hasVerdicts(audit)) return <NoConcepts className={audit.className} />;
  return (
    <div class="slw-audit-headline">
      <Outcome audit={audit} />
      <VerdictBar
        shares={audit.shares}
        interval={intervalOf(audit, "spurious")}
        maxSpurious={table.traits.max_spurious.value}
      />
      <div class="slw-audit-shares" role="toolbar" aria-label="Show verdicts">
        {ON_BAR.map((verdict) => (
          <Share
            key={verdict}
            verdict={verdict}
            share={shareOf(audit, verdict)}
            interval={range(intervalOf(audit, verdict))}
          />
        ))}
      </div>
    </div>
  );
}

function NoConcepts({ className }: { className: string }) {
  const canEdit = useView().table.status.value !== "kept";
  return (
    <div class="slw-audit-headline">
      <p class="slw-audit-hint">
        <span class="slw-strong">No concepts are required yet.</span>
        {canEdit &&
          ` Say below what ${className} may be recognised by (valid), and what it must not be (spurious).`}
      </p>
    </div>
  );
}

function Outcome({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const outcome = classOutcome(audit, table.traits.max_spurious.value);
  if (outcome === null) return null;
  return (
    <div class="slw-audit-outcome">
      <OutcomeMark
        outcome={outcome}
        also="slw-strong"
        title={`${OUTCOME_MEANINGS[outcome]}.\nSpurious: ${range(intervalOf(audit, "spurious")) || "no interval"} over ${counted(audit.n_samples, "sample")}`}
      />
      <span
        class="slw-muted"
        title={`${range(intervalOf(audit, "unexpected")) || "A part"} of the relevance for ${audit.className} is on neurons that answer to none of the concepts`}
      >
        {`${percent(shareOf(audit, "unexpected"))} not explained`}
      </span>
      <span class="slw-audit-limit" title="The largest share of relevance that may rest on spurious neurons">
        <span class="slw-muted">at most</span>
        <Limit />
        <span class="slw-muted">% spurious</span>
      </span>
    </div>
  );
}

function Limit() {
  const { table } = useView();
  const allow = (input: HTMLInputElement) => {
    const share = Number(input.value) / 100;
    if (input.value !== "" && share >= 0 && share <= 1) table.allow(share);
  };
  return (
    <input
      type="number"
      class="slw-audit-number"
      aria-label="Largest spurious share in per cent"
      min={0}
      max={100}
      step="any"
      value={Number((100 * table.traits.max_spurious.value).toPrecision(4))}
      onInput={(event) => allow(event.currentTarget)}
    />
  );
}

interface ShareProps {
  verdict: Verdict;
  share: number;
  /** "" of a single sample. */
  interval: string;
}

function Share({ verdict, share, interval }: ShareProps) {
  const { table } = useView();
  const shown = !table.hidden.value.has(verdict);
  return (
    <button
      type="button"
      class={`slw-audit-share slw-verdict slw-is-${verdict}`}
      aria-pressed={shown}
      title={`${exact(100 * share)} % of the positive relevance is on neurons that are ${verdict}: each ${MEANINGS[verdict]}.\n95 % interval over the samples: ${interval || "none from a single one"}.\n${shown ? "Hide" : "Show"} them`}
      onClick={() => table.toggleVerdict(verdict)}
    >
      <Icon name={verdict} />
      {verdict}
      <span class="slw-number">{percent(share)}</span>
      {interval !== "" && <span class="slw-muted slw-number slw-audit-interval">{interval}</span>}
    </button>
  );
}
