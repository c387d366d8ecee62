/** Chip of something that narrows a view, with a button that takes it back. */
import { IconButton } from "./icon_button";

interface ChipProps {
  text: string;
  /** Name of the button. */
  undo: string;
  onRemove: () => void;
}

export function Chip({ text, undo, onRemove }: ChipProps) {
  return (
    <span class="slw-chip slw-narrowing" title={text}>
      <span class="slw-cut">{text}</span>
      <IconButton icon="close" label={undo} onClick={onRemove} />
    </span>
  );
}
