/** Two editable lists of a class's concepts; every edit asks for new verdicts at once. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { caveatOf } from "../../audits/class_audit";
import type { Chip, Side } from "../../audits/requirements";
import { Icon } from "../../ui/buttons/icons";
import { sentence } from "../../ui/format";
import { Doubt } from "../../ui/notes/messages";
import { useView } from "../context";
import { capital } from "../state/words";
import { ConceptBox } from "./concept_box";
import { ConceptChip } from "./concept_chip";

export function ConceptLists() {
  const { table, id } = useView();
  const error = table.current.conceptError.value;
  const kept = table.status.value === "kept";
  const Concepts = kept ? KeptList : ConceptList;
  return (
    <div class="slw-audit-lists">
      <Concepts side="valid" />
      <Concepts side="spurious" />
      {kept && (
        <span class="slw-muted slw-audit-kept">
          Concepts are edited in the notebook, where a model answers to them.
        </span>
      )}
      <Caveats side="valid" />
      <Caveats side="spurious" />
      {error !== null && (
        <div id={`${id}concepts`} class="slw-query-error slw-audit-error" role="alert">
          <Icon name="warning" />
          <span title={error}>{sentence(error)}</span>
        </div>
      )}
    </div>
  );
}

/** A line for each concept of a list that the foundation model is blind to. */
function Caveats({ side }: { side: Side }) {
  const { current, audit } = useView().table;
  const judged = audit.value;
  if (judged === null) return null;
  const blind = current.concepts.value[side].filter(({ concept }) => caveatOf(judged, side, concept) !== "");
  return (
    <>
      {blind.map(({ concept }) => (
        <div key={concept} class="slw-audit-caveat">
          <Doubt caveat={`${concept}: ${caveatOf(judged, side, concept)}`} weak={false} why="" />
        </div>
      ))}
    </>
  );
}

/** List of a page of `to_html`, which computes no new verdicts. */
function KeptList({ side }: { side: Side }) {
  const chips = useView().table.current.concepts.value[side];
  return (
    <List side={side}>
      {chips.map((chip) => (
        <ConceptChip key={chip.concept} side={side} chip={chip} />
      ))}
      {chips.length === 0 && <span class="slw-muted">none</span>}
    </List>
  );
}

function List({ side, children }: { side: Side; children: ComponentChildren }) {
  return (
    <section class={`slw-audit-list slw-audit-${side}`} aria-label={`${capital(side)} concepts`}>
      <span class={`slw-audit-list-name slw-verdict slw-is-${side}`}>
        <Icon name={side} />
        {capital(side)}
      </span>
      {children}
    </section>
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
  // By its place and text: the chips are new objects after every answer.
  const [edited, setEdited] = useState<Chip | null>(null);
  const editing = chips.find((chip) => chip.concept === edited?.concept && chip.forAll === edited.forAll);
  /** Puts the concept into the box; its class is judged with it until the change is entered. */
  const edit = (chip: Chip) => {
    setEdited(chip);
    setDraft(chip.concept);
    input.current?.focus();
  };
  const enter = () => {
    const { current } = table;
    const done =
      editing === undefined ? current.addConcept(side, draft) : current.changeConcept(side, editing, draft);
    if (!done) return;
    setDraft("");
    setEdited(null);
  };
  const change = (text: string) => {
    setDraft(text);
    if (text === "") setEdited(null);
  };
  return (
    <List side={side}>
      {chips.map((chip) => (
        <ConceptChip
          key={`${chip.forAll} ${chip.concept}`}
          side={side}
          chip={chip}
          edits={{ onEdit: edit, onRemove: remove }}
          editing={chip === editing}
        />
      ))}
      <ConceptBox
        side={side}
        input={input}
        draft={draft}
        empty={chips.length === 0}
        editing={editing?.concept}
        onDraft={change}
        onEnter={enter}
        onBack={() => {
          const last = chips.at(-1);
          if (last !== undefined) remove(last);
        }}
        describedBy={`${id}concepts`}
      />
    </List>
  );
}
