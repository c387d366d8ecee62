/** Verdicts on a neuron of a class: each has a name, an icon and a colour. */
import { MEANINGS, type VERDICTS } from "../generated/constants";
import { Icon } from "../ui/buttons/icons";

export type Verdict = (typeof VERDICTS)[number];

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return (
    <span class={`slw-verdict slw-is-${verdict}`} title={`${verdict}: ${MEANINGS[verdict]}`}>
      <Icon name={verdict} />
      {verdict}
    </span>
  );
}
