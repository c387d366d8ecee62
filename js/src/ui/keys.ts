/** Keys of a view inside a notebook. */

/**
 * Shield for single keys: a notebook in command mode treats them as commands (`x` cuts the cell) even when the focus is
 * in its output. Keys with Ctrl or Cmd pass, so that saving works from here too.
 */
export function keepFromNotebook(event: KeyboardEvent, focusSearch: () => void): void {
  if (!isPlain(event)) return;
  event.stopPropagation();
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key !== "/" || typing || event.defaultPrevented) return;
  event.preventDefault();
  focusSearch();
}

/** Returns whether no key is held that makes a command of this one. */
export function isPlain({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey;
}

/** Runs the action of a key, which then does nothing else; keys without one, and those of an input method, pass. */
export function runKey(event: KeyboardEvent, actions: Record<string, (() => void) | undefined>): void {
  const action = actions[event.key];
  if (action === undefined || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
