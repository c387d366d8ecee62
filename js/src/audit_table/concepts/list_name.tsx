/** Heading of a list of concepts. */

import type { Side } from "../../audits/requirements";
import { Icon } from "../../ui/icons";
import { capital } from "../state/words";

export function ListName({ side }: { side: Side }) {
  return (
    <span class={`slw-audit-list-name slw-verdict slw-is-${side}`}>
      <Icon name={side} />
      {capital(side)}
    </span>
  );
}
