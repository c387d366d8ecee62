/** Classes to which a neuron contributes most. */
import type { ServedClass } from "../../generated/protocol";
import { percent } from "../../ui/format";
import { servedTitle } from "../state/words";

export function Served({ classes }: { classes: ServedClass[] }) {
  const most = Math.max(...classes.map(({ relevance }) => relevance ?? 0));
  if (classes.length === 0) return null;
  return (
    <div class="slw-shares">
      <div class="slw-heading">
        Serves the classes <span class="slw-muted">share of their relevance</span>
      </div>
      {classes.map((served) => (
        <div class="slw-share" key={served.name} title={servedTitle(served)}>
          <span class="slw-cut">{served.name}</span>
          <span class="slw-bar" aria-hidden="true">
            <span class="slw-bar-fill" style={{ width: `${(100 * (served.relevance ?? 0)) / most}%` }} />
          </span>
          <span class="slw-number">{percent(served.share)}</span>
        </div>
      ))}
    </div>
  );
}
