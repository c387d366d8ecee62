/** Chip of one concept in its list, with buttons to edit and to remove it where that is possible. */

import type { Chip, Side } from "../../audits/requirements";
import { IconButton } from "../../ui/buttons/icon_button";
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
        <span class="slw-audit-chip-text slw-cut" title={concept}>
          <Text chip={chip} />
        </span>
      ) : (
        <Buttons side={side} chip={chip} {...edits} />
      )}
    </span>
  );
}

function Buttons({ side, chip, onEdit, onRemove }: Edits & { side: Side; chip: Chip }) {
  const whose = chip.forAll ? "every class" : "this class";
  return (
    <>
      <button
        type="button"
        class="slw-audit-chip-text slw-cut"
        title={`${chip.concept}\n${capital(side)} for ${whose}; click to change it`}
        onClick={() => onEdit(chip)}
      >
        <Text chip={chip} />
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

function Text({ chip: { concept, forAll } }: { chip: Chip }) {
  return (
    <>
      {concept}
      {forAll && <span class="slw-muted"> all</span>}
    </>
  );
}
