/** Dialog above the page: it keeps the focus and the keys, and Esc or a click beside it closes it. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./buttons/icon_button";

interface DialogProps {
  label: string;
  /** Further class names. */
  also?: string;
  /** Shown in the head, before the button that closes. */
  head: ComponentChildren;
  children: ComponentChildren;
  onKeyDown?: (event: KeyboardEvent) => void;
  onClose: () => void;
}

export function Dialog({ label, also = "", head, children, onKeyDown, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    // Gives the focus back to the element that had it.
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`slw-dialog ${also}`.trimEnd()}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        onKeyDown?.(event);
      }}
    >
      <div class="slw-dialog-head">
        {head}
        <IconButton icon="close" label="Close" title="Close (Esc)" onClick={onClose} />
      </div>
      {children}
    </dialog>
  );
}
