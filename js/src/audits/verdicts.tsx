/** Verdicts on a neuron of a class: each has a name, an icon and a colour. */
import { Icon } from "../ui/icons";

/** In the order of Python's verdict codes. */
export const VERDICTS = ["valid", "spurious", "ambiguous", "unexpected"] as const;
export type Verdict = (typeof VERDICTS)[number];

export const MEANINGS: Readonly<Record<Verdict, string>> = {
  valid: "answers to a valid concept",
  spurious: "answers to a spurious concept",
  ambiguous: "answers to both a valid and a spurious concept",
  unexpected: "answers to none of the named concepts",
};

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return (
    <span class={`slw-verdict slw-is-${verdict}`} title={`${verdict}: ${MEANINGS[verdict]}`}>
      <Icon name={verdict} />
      {verdict}
    </span>
  );
}
