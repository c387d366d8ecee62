/** Two editable lists of a class's concepts; every edit asks for new verdicts at once. */
import { useRef, useState } from "preact/hooks";
import type { Chip, Side } from "../../audits/requirements";
import { Icon } from "../../ui/icons";
import { useView } from "../context";
import { capital } from "../state/words";
import { ConceptBox } from "./concept_box";
import { ConceptChip } from "./concept_chip";
import { KeptLists } from "./kept_lists";
import { ListName } from "./list_name";

export function ConceptLists() {
  const { table, id } = useView();
  const error = table.current.conceptError.value;
  if (table.status.value === "kept") return <KeptLists />;
  return (
    <div class="slw-audit-lists">
      <ConceptList side="valid" />
      <ConceptList side="spurious" />
      {error !== null && (
        <div id={`${id}concepts`} class="slw-query-error slw-audit-error" role="alert">
          <Icon name="warning" />
          <span title={error}>{error}</span>
        </div>
      )}
    </div>
  );
}

function ConceptList({ side }: { side: Side }) {
  const { table, id } = useView();
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState("");
  const chips = table.current.concepts.value[side];
  const remove = (chip: Chip) => {
    table.current.removeConcept(side, chip);
    input.current?.focus();
  };
  /** Moves the concept back into the box for editing. */
  const edit = (chip: Chip) => {
    remove(chip);
    setDraft(chip.concept);
  };
  const add = () => {
    if (table.current.addConcept(side, draft)) setDraft("");
  };
  return (
    <section class={`slw-audit-list slw-audit-${side}`} aria-label={`${capital(side)} concepts`}>
      <ListName side={side} />
      {chips.map((chip) => (
        <ConceptChip
          key={`${chip.forAll} ${chip.concept}`}
          side={side}
          chip={chip}
          onEdit={edit}
          onRemove={remove}
        />
      ))}
      <ConceptBox
        side={side}
        input={input}
        draft={draft}
        empty={chips.length === 0}
        onDraft={setDraft}
        onAdd={add}
        onBack={() => {
          const last = chips.at(-1);
          if (last !== undefined) remove(last);
        }}
        describedBy={`${id}concepts`}
      />
    </section>
  );
}
