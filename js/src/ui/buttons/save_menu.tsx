/** Menu of ways to export what is shown. */
import { useRef, useState } from "preact/hooks";
import { Icon } from "./icons";

interface SaveMenuProps {
  /** Actions by their names. */
  actions: Readonly<Record<string, () => Promise<unknown>>>;
  onFailure: (error: unknown) => void;
}

export function SaveMenu({ actions, onFailure }: SaveMenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const choose = (action: () => Promise<unknown>) => () => {
    close();
    action().catch(onFailure);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const onFocusOut = (event: FocusEvent) => {
    if (!(event.relatedTarget instanceof Node && root.current?.contains(event.relatedTarget))) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only closes the menu inside it.
    <div ref={root} class="slw-save" onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <button
        ref={button}
        type="button"
        class="slw-icon-button"
        aria-label="Save or copy"
        aria-expanded={open}
        title="Save or copy"
        onClick={() => setOpen(!open)}
      >
        <Icon name="download" />
      </button>
      {open && (
        <div class="slw-menu">
          {Object.entries(actions).map(([name, action]) => (
            <button key={name} type="button" onClick={choose(action)}>
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
