/** Classes to which a neuron contributes most. */
import type { ServedClass } from "../../generated/protocol";
import { percent } from "../../ui/format";
import { servedTitle } from "../state/words";
import { BarRow } from "./bar_row";

export function Served({ classes }: { classes: ServedClass[] }) {
  const most = Math.max(...classes.map(({ relevance }) => relevance ?? 0));
  if (classes.length === 0) return null;
  return (
    <div class="slw-shares">
      <div class="slw-heading">
        Serves the classes <span class="slw-muted">share of their relevance</span>
      </div>
      {classes.map((served) => (
        <BarRow
          key={served.name}
          name={served.name}
          title={servedTitle(served)}
          length={(served.relevance ?? 0) / most}
          text={percent(served.share)}
        />
      ))}
    </div>
  );
}
