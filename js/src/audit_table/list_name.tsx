/** What stands at the head of a list of concepts. */
import { Icon } from "../ui/icons";
import type { Side } from "../ui/requirements";
import { capital } from "./words";

export function ListName({ side }: { side: Side }) {
  return (
    <span class={`slw-audit-list-name slw-verdict slw-is-${side}`}>
      <Icon name={side} />
      {capital(side)}
    </span>
  );
}
