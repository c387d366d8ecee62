/** Button that pins a neuron for a comparison. */
import { MOST_PINNED } from "../generated/constants";
import { IconButton } from "../ui/buttons/icon_button";
import { useView } from "./context";

interface PinProps {
  name: string;
  /** In the grid, whose cards take no focus. */
  inGrid?: boolean;
}

export function Pin({ name, inGrid = false }: PinProps) {
  const { pins } = useView().gallery;
  const pinned = pins.has(name);
  const title =
    pins.full.value && !pinned ? `${MOST_PINNED} are pinned: unpin one first` : "Pin to compare (p)";
  return (
    <IconButton
      icon="pin"
      also={pinned ? "slw-on" : ""}
      label={`Pin ${name}`}
      title={pinned ? "Unpin (p)" : title}
      aria-pressed={pinned}
      {...(inGrid ? { tabIndex: -1 } : {})}
      onClick={(event) => {
        event.stopPropagation();
        pins.toggle(name);
      }}
    />
  );
}
