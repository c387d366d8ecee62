/** Labels of a neuron's examples with their counts. */
import type { Card } from "../../generated/protocol";
import { labelsTitle } from "../measures";

export function Labels({ labels }: { labels: Card["labels"] }) {
  return (
    <span class="slw-labels" title={labelsTitle(labels)}>
      {labels.length === 0 && <span class="slw-muted">no labels</span>}
      {labels.slice(0, 4).map(([label, n]) => (
        <span class="slw-label" key={label}>
          {label} <span class="slw-muted">{n}</span>
        </span>
      ))}
    </span>
  );
}
