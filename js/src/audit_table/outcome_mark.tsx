/** Outcome of a class, in the look of a verdict: never by colour alone. */

import type { ComponentChildren } from "preact";
import { Icon } from "../ui/buttons/icons";
import { LOOKS, OUTCOME_MEANINGS, type Outcome } from "./state/words";

interface OutcomeMarkProps {
  outcome: Outcome;
  title?: string;
  also?: string;
  before?: ComponentChildren;
  /** In place of the word. */
  children?: ComponentChildren;
}

export function OutcomeMark({ outcome, title, also = "", before, children = outcome }: OutcomeMarkProps) {
  const look = LOOKS[outcome];
  return (
    <span class={`slw-verdict slw-is-${look} ${also}`.trimEnd()} title={title ?? OUTCOME_MEANINGS[outcome]}>
      {before}
      <Icon name={look} />
      {children}
    </span>
  );
}
