/** Words that the unexpected neurons of a class share, with what chance gives. */

import type { ClassAudit } from "../../audits/class_audit";
import type { AgreementResult, SharedText } from "../../generated/protocol";
import { Link } from "../../ui/buttons/button";
import { count, significant } from "../../ui/format";
import { useView } from "../context";
import { aboveChance } from "../state/words";

/** A word counts from this percentile of random sets of neurons on. */
const SURPRISING = 0.95;

export function Agreement({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const found = table.agreement.value;
  if (table.status.value === "kept") return null;
  if (found === "waiting")
    return (
      <span class="slw-muted" role="status">
        counting shared words …
      </span>
    );
  if (found !== null) return <Shared found={found} />;
  return (
    <Link
      title={`Words that several of the unexpected neurons of ${audit.className} have among their two best: evidence even where no label of a single neuron is clear`}
      onClick={() => void table.askAgreement(audit)}
    >
      Words that unexpected neurons share
    </Link>
  );
}

function Shared({ found: { n, texts } }: { found: AgreementResult }) {
  const surprising = texts.filter(({ chance_percentile }) => chance_percentile >= SURPRISING);
  const [nearest] = texts;
  return (
    <span role="status">
      {surprising.length > 0
        ? `Of ${count(n)} unexpected neurons share: `
        : `No word is shared by more of ${count(n)} unexpected neurons than by chance${nearest === undefined ? "" : `; nearest: ${nearest.text}, ${nearest.n}`}`}
      {surprising.map((one, place) => (
        <span key={one.text} class="slw-strong" title={titleOf(one)}>
          {`${place > 0 ? ", " : ""}${one.text} (${count(one.n)})`}
        </span>
      ))}
    </span>
  );
}

function titleOf({ text, expected, chance_percentile, components }: SharedText): string {
  return [
    `${text}: among the two best words of ${components.join(", ")}`,
    `Of as many random neurons ${significant(expected)} have it`,
    `More surprising than in ${aboveChance(chance_percentile)} of random sets of neurons`,
  ].join("\n");
}
