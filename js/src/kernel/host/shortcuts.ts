/** Keys of a view that its host must not take for shortcuts. */

const EDITS = new Set(["a", "v", "x", "y", "z", "backspace", "delete"]);
const SUPPRESS = "data-lm-suppress-shortcuts";

/**
 * Returns whether the notebook may have a key that is pressed in a view: in command mode it takes `x` for a command
 * that cuts the cell, and Ctrl+Z undoes its code. From a text box only saving passes; from elsewhere, chords that edit
 * nothing.
 */
export function reachesNotebook(event: KeyboardEvent): boolean {
  const { ctrlKey, metaKey, altKey } = event;
  const pressed = event.key.toLowerCase();
  if (isTyping(event)) return (ctrlKey || metaKey) && pressed === "s";
  return (ctrlKey || metaKey || altKey) && !EDITS.has(pressed);
}

/** Returns whether a key is pressed in a text box or a menu. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

/**
 * Keeps keys from the shortcuts of Lumino, the library under JupyterLab and Notebook. Notebook 7 looks for shortcuts
 * before the view hears of a key; Lumino looks for none from an element with this attribute on.
 */
export function suppressShortcuts(el: HTMLElement, signal: AbortSignal): void {
  const before = (event: KeyboardEvent) => {
    const [target] = event.composedPath();
    if (target instanceof Element && event.composedPath().includes(el))
      target.toggleAttribute(SUPPRESS, !reachesNotebook(event));
  };
  window.addEventListener("keydown", before, { capture: true, signal });
}
