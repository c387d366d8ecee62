/** Keys of a view inside a notebook. */

const EDITS = new Set(["a", "v", "x", "y", "z", "backspace", "delete"]);

/**
 * Shield for keys: a notebook in command mode treats them as commands (`x` cuts the cell), and Ctrl+Z undoes its code,
 * even when the focus is in its output. From a text box only saving passes; from elsewhere, chords that edit nothing.
 * Keys that nothing inside has taken run the widget's own actions.
 */
export function keepFromNotebook(event: KeyboardEvent, actions: Record<string, () => void>): void {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (passes(event, typing)) return;
  event.stopPropagation();
  if (!typing && isPlain(event) && !event.defaultPrevented) runKey(event, actions);
}

/** Returns whether no key is held that makes a command of this one. */
export function isPlain({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey;
}

function passes(event: KeyboardEvent, typing: boolean): boolean {
  const pressed = event.key.toLowerCase();
  if (typing) return (event.ctrlKey || event.metaKey) && pressed === "s";
  return !isPlain(event) && !EDITS.has(pressed);
}

/** Runs the action of a key, which then does nothing else; keys without one, and those of an input method, pass. */
export function runKey(event: KeyboardEvent, actions: Record<string, (() => void) | undefined>): void {
  const action = actions[event.key];
  if (action === undefined || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
