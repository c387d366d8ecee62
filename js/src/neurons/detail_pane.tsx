/** Details of a neuron beside a list: a header with its name, actions and a close button, and the contents. */
import type { ComponentChildren, Ref } from "preact";
import { IconButton } from "../ui/buttons/icon_button";
import { Name } from "./name";

interface DetailPaneProps {
  pane: Ref<HTMLElement>;
  name: string;
  /** Of the neuron; another one begins at the top. */
  component: number;
  actions: ComponentChildren;
  children: ComponentChildren;
  onClose: () => void;
}

export function DetailPane({ pane, name, component, actions, children, onClose }: DetailPaneProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  };
  return (
    <section
      ref={pane}
      class="slw-detail"
      tabIndex={-1}
      aria-label={`Details of ${name}`}
      onKeyDown={onKeyDown}
    >
      <div class="slw-detail-header">
        <div class="slw-detail-title">
          <Name name={name} />
        </div>
        {actions}
        <IconButton icon="close" label="Close" title="Close (Esc)" onClick={onClose} />
      </div>
      <div class="slw-detail-body" key={component}>
        {children}
      </div>
    </section>
  );
}
