/**
 * A notebook in command mode takes single keys for commands (`x` cuts the cell), also when the focus is in its output.
 * Keys with Ctrl or Cmd go on to it, so that saving works from here too.
 */
export function keepFromNotebook(event: KeyboardEvent, focusSearch: () => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.stopPropagation();
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key !== "/" || typing || event.defaultPrevented) return;
  event.preventDefault();
  focusSearch();
}
