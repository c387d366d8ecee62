/** Chip of one concept in its list, with buttons to edit and to remove it where that is possible. */

import { caveatOf } from "../../audits/class_audit";
import type { Chip, Side } from "../../audits/requirements";
import { IconButton } from "../../ui/buttons/icon_button";
import { Icon } from "../../ui/buttons/icons";
import { useView } from "../context";
import { capital } from "../state/words";

interface Edits {
  onEdit: (chip: Chip) => void;
  onRemove: (chip: Chip) => void;
}

interface ConceptChipProps {
  side: Side;
  chip: Chip;
  edits?: Edits;
  /** True while the box holds its text. */
  editing?: boolean;
}

export function ConceptChip({ side, chip, edits, editing = false }: ConceptChipProps) {
  const { concept, forAll } = chip;
  const caveat = useCaveat(side, concept);
  const onKeyDown = (event: KeyboardEvent) => {
    if (edits === undefined || (event.key !== "Backspace" && event.key !== "Delete")) return;
    event.preventDefault();
    edits.onRemove(chip);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only handles a key of the buttons inside it.
    <span
      class={`slw-chip slw-audit-chip${forAll ? " slw-for-all" : ""}${editing ? " slw-editing" : ""}`}
      onKeyDown={onKeyDown}
    >
      {edits === undefined ? (
        <span class="slw-audit-chip-text slw-cut" title={titled(concept, caveat)}>
          <Text chip={chip} caveat={caveat} />
        </span>
      ) : (
        <Buttons side={side} chip={chip} caveat={caveat} {...edits} />
      )}
    </span>
  );
}

/** Sentence on words of a concept that the foundation model is blind to; "" without any, and until it is judged. */
function useCaveat(side: Side, concept: string): string {
  const audit = useView().table.audit.value;
  return audit === null ? "" : caveatOf(audit, side, concept);
}

function titled(concept: string, caveat: string): string {
  return caveat === "" ? concept : `${concept}\n${caveat}`;
}

interface ButtonsProps extends Edits {
  side: Side;
  chip: Chip;
  caveat: string;
}

function Buttons({ side, chip, caveat, onEdit, onRemove }: ButtonsProps) {
  const whose = chip.forAll ? "every class" : "this class";
  return (
    <>
      <button
        type="button"
        class="slw-audit-chip-text slw-cut"
        title={`${titled(chip.concept, caveat)}\n${capital(side)} for ${whose}; click to change it`}
        onClick={() => onEdit(chip)}
      >
        <Text chip={chip} caveat={caveat} />
      </button>
      <IconButton
        icon="close"
        label={`Remove ${chip.concept}`}
        title={`Remove for ${whose} (Backspace)`}
        onClick={() => onRemove(chip)}
      />
    </>
  );
}

function Text({ chip: { concept, forAll }, caveat }: { chip: Chip; caveat: string }) {
  return (
    <>
      {caveat !== "" && <Icon name="warning" />}
      {concept}
      {forAll && <span class="slw-muted"> all</span>}
    </>
  );
}
