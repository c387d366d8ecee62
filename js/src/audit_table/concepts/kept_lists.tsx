/** Two read-only lists of concepts, for pages of `to_html`, which compute no new verdicts. */

import { useView } from "../context";
import { capital } from "../state/words";
import { chipClass } from "./concept_chip";
import { ListName } from "./list_name";

export function KeptLists() {
  const { concepts } = useView().table.current;
  return (
    <div class="slw-audit-lists">
      {(["valid", "spurious"] as const).map((side) => (
        <section
          key={side}
          class={`slw-audit-list slw-audit-${side}`}
          aria-label={`${capital(side)} concepts`}
        >
          <ListName side={side} />
          {concepts.value[side].map(({ concept, forAll }) => (
            <span key={concept} class={chipClass(forAll)}>
              <span class="slw-audit-chip-text slw-cut" title={concept}>
                {concept}
                {forAll && <span class="slw-muted"> all</span>}
              </span>
            </span>
          ))}
          {concepts.value[side].length === 0 && <span class="slw-muted">none</span>}
        </section>
      ))}
      <span class="slw-muted slw-audit-kept">
        Concepts are edited in the notebook, where a model answers to them.
      </span>
    </div>
  );
}
