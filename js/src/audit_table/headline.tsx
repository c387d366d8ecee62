/** Headline of an audit: the class's relevance by verdict, and whether the class passes. */

import { type ClassAudit, hasVerdicts } from "../audits/class_audit";
import type { Verdict } from "../audits/verdicts";
import { MEANINGS, VERDICTS } from "../generated/constants";
import { Icon } from "../ui/buttons/icons";
import { exact, percent } from "../ui/format";
import { useView } from "./context";
import { announcement, passes } from "./state/words";

/** From left to right: the spurious part begins at zero, next to the scale of the limit. */
const ON_BAR: readonly Verdict[] = ["spurious", "ambiguous", "unexpected", "valid"];

export function Headline({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  if (!hasVerdicts(audit)) return <NoConcepts className={audit.className} />;
  return (
    <div class="slw-audit-headline">
      <Outcome audit={audit} />
      <Bar audit={audit} maxSpurious={table.traits.max_spurious.value} />
      <div class="slw-audit-shares" role="toolbar" aria-label="Show verdicts">
        {ON_BAR.map((verdict) => (
          <Share key={verdict} verdict={verdict} share={audit.shares[VERDICTS.indexOf(verdict)] ?? 0} />
        ))}
      </div>
    </div>
  );
}

function NoConcepts({ className }: { className: string }) {
  return (
    <div class="slw-audit-headline">
      <p class="slw-audit-hint">
        <span class="slw-strong">No concepts are required yet.</span>
        {` Say below what ${className} may be recognised by (valid), and what it must not be (spurious).`}
      </p>
    </div>
  );
}

function Outcome({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const passed = passes(audit, table.traits.max_spurious.value);
  return (
    <div class="slw-audit-outcome">
      <span class={`slw-verdict slw-strong slw-is-${passed ? "valid" : "spurious"}`}>
        <Icon name={passed ? "valid" : "spurious"} />
        {passed ? "passes" : "fails"}
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

function Bar({ audit, maxSpurious }: { audit: ClassAudit; maxSpurious: number }) {
  return (
    <div class="slw-audit-bar" role="img" aria-label={announcement(audit, maxSpurious)}>
      {ON_BAR.map((verdict) => {
        const share = audit.shares[VERDICTS.indexOf(verdict)] ?? 0;
        return (
          <span
            key={verdict}
            class={`slw-audit-part slw-is-${verdict}`}
            style={{ width: `${100 * share}%` }}
          />
        );
      })}
      <span
        class="slw-audit-mark"
        style={{ left: `${100 * maxSpurious}%` }}
        title={`At most ${percent(maxSpurious)} may be spurious`}
      />
    </div>
  );
}

function Share({ verdict, share }: { verdict: Verdict; share: number }) {
  const { table } = useView();
  const shown = !table.hidden.value.has(verdict);
  return (
    <button
      type="button"
      class={`slw-audit-share slw-verdict slw-is-${verdict}`}
      aria-pressed={shown}
      title={`${exact(100 * share)} % of the positive relevance is on neurons that are ${verdict}: each ${MEANINGS[verdict]}.\n${shown ? "Hide" : "Show"} them`}
      onClick={() => table.toggleVerdict(verdict)}
    >
      <Icon name={verdict} />
      {verdict}
      <span class="slw-number">{percent(share)}</span>
    </button>
  );
}
