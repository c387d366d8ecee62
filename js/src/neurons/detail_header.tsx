/** Header of a neuron's details: its name, actions on it, and a button that closes the details. */
import type { ComponentChildren } from "preact";
import { IconButton } from "../ui/icon_button";
import { Name } from "./name";

interface DetailHeaderProps {
  name: string;
  children: ComponentChildren;
  onClose: () => void;
}

export function DetailHeader({ name, children, onClose }: DetailHeaderProps) {
  return (
    <div class="slw-detail-header">
      <div class="slw-detail-title">
        <Name name={name} />
      </div>
      {children}
      <IconButton icon="close" label="Close" title="Close (Esc)" onClick={onClose} />
    </div>
  );
}
