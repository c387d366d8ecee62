/** Keys of a view inside a notebook. */

import { isTyping, reachesNotebook } from "../kernel/host/shortcuts";

/** Shield for keys: they stay in the view, and those that nothing inside has taken run the widget's own actions. */
export function keepFromNotebook(event: KeyboardEvent, actions: Record<string, () => void>): void {
  if (reachesNotebook(event)) return;
  event.stopPropagation();
  if (!isTyping(event) && isPlain(event) && !event.defaultPrevented) runKey(event, actions);
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
