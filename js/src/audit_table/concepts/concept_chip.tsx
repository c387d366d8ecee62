/** Chip of one concept in its list, with buttons to edit and to remove it. */

import type { Chip, Side } from "../../audits/requirements";
import { IconButton } from "../../ui/icon_button";
import { capital } from "../state/words";

interface ConceptChipProps {
  side: Side;
  chip: Chip;
  onEdit: (chip: Chip) => void;
  onRemove: (chip: Chip) => void;
}

export function ConceptChip({ side, chip, onEdit, onRemove }: ConceptChipProps) {
  const { concept, forAll } = chip;
  const whose = forAll ? "every class" : "this class";
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Backspace" && event.key !== "Delete") return;
    event.preventDefault();
    onRemove(chip);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only handles a key of the buttons inside it.
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
      <IconButton
        icon="close"
        label={`Remove ${concept}`}
        title={`Remove for ${whose} (Backspace)`}
        onClick={() => onRemove(chip)}
      />
    </span>
  );
}

export function chipClass(forAll: boolean): string {
  return `slw-chip slw-audit-chip${forAll ? " slw-for-all" : ""}`;
}
