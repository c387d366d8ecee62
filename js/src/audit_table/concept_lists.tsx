/** The two lists of concepts of a class, edited in place: every change is judged at once. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons";
import { type Chip, type Side, tidied } from "../ui/requirements";
import { useView } from "./context";

const ASK: Readonly<Record<Side, string>> = {
  valid: "such as horns",
  spurious: "such as palm tree",
};

export function ConceptLists() {
  const { table, id } = useView();
  const error = table.judging.conceptError.value;
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

/** Where nothing is judged anew: the lists, and why they cannot be edited. */
function KeptLists() {
  const { concepts } = useView().table.judging;
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

function chipClass(forAll: boolean): string {
  return `slw-chip slw-audit-chip${forAll ? " slw-for-all" : ""}`;
}

function ListName({ side }: { side: Side }) {
  return (
    <span class={`slw-audit-list-name slw-verdict slw-is-${side}`}>
      <Icon name={side} />
      {capital(side)}
    </span>
  );
}

function ConceptList({ side }: { side: Side }) {
  const { table, id } = useView();
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState("");
  const chips = table.judging.concepts.value[side];
  const remove = (chip: Chip) => {
    table.judging.removeConcept(side, chip);
    input.current?.focus();
  };
  /** Back into the box, to be changed. */
  const edit = (chip: Chip) => {
    remove(chip);
    setDraft(chip.concept);
  };
  const add = () => {
    if (table.judging.addConcept(side, draft)) setDraft("");
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

interface ConceptChipProps {
  side: Side;
  chip: Chip;
  onEdit: (chip: Chip) => void;
  onRemove: (chip: Chip) => void;
}

function ConceptChip({ side, chip, onEdit, onRemove }: ConceptChipProps) {
  const { concept, forAll } = chip;
  const whose = forAll ? "every class" : "this class";
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Backspace" && event.key !== "Delete") return;
    event.preventDefault();
    onRemove(chip);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only takes a key from the buttons inside of it.
    <span class={chipClass(forAll)} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="slw-audit-chip-text slw-cut"
        title={`${concept}\n${capital(side)} for ${whose}; click to change it`}
        onClick={() => onEdit(chip)}
      >
        {concept}
        {forAll && <span class="slw-muted"> all</span>}
      </button>
      <button
        type="button"
        class="slw-icon-button"
        aria-label={`Remove ${concept}`}
        title={`Remove for ${whose} (Backspace)`}
        onClick={() => onRemove(chip)}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}

interface ConceptBoxProps {
  side: Side;
  input: { current: HTMLInputElement | null };
  draft: string;
  empty: boolean;
  onDraft: (draft: string) => void;
  onAdd: () => void;
  onBack: () => void;
  describedBy: string;
}

function ConceptBox({ side, input, draft, empty, onDraft, onAdd, onBack, describedBy }: ConceptBoxProps) {
  const { table, id, focusRows } = useView();
  const words = useCompletions(draft);
  const actions: Record<string, (() => void) | undefined> = {
    Enter: tidied(draft) === "" ? undefined : onAdd,
    Backspace: draft === "" ? onBack : undefined,
    Escape: () => (draft === "" ? focusRows() : onDraft("")),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = actions[event.key];
    if (action === undefined || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <>
      <input
        ref={input}
        type="text"
        class="slw-audit-box"
        aria-label={`Add a ${side} concept`}
        aria-describedby={describedBy}
        list={`${id}${side}words`}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        disabled={table.judging.className.value === ""}
        placeholder={empty ? ASK[side] : "add"}
        value={draft}
        onInput={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <datalist id={`${id}${side}words`}>
        {words.map((word) => (
          <option key={word} value={word} />
        ))}
      </datalist>
    </>
  );
}

/** Words of the vocabularies that go on as the text begins. */
function useCompletions(draft: string): readonly string[] {
  const { table } = useView();
  const [words, setWords] = useState<readonly string[]>([]);
  const text = tidied(draft);
  useEffect(() => {
    let stale = false;
    if (text.length < 2) setWords([]);
    else
      table.complete(text).then((found) => {
        if (!stale) setWords(found);
      });
    return () => {
      stale = true;
    };
  }, [table, text]);
  return words;
}

function capital(side: Side): string {
  return side === "valid" ? "Valid" : "Spurious";
}
