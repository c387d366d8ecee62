/** Schedule for work of one animation frame: runs a callback once, soon. */
export type Schedule = (callback: () => void) => void;

/**
 * Waits for the next animation frame, or 50 ms where none is drawn: a hidden tab draws no frames, and a widget that
 * waited for one would not be ready when the tab is shown.
 */
export const nextFrame: Schedule = (callback) => {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    callback();
  };
  if (typeof requestAnimationFrame === "function") requestAnimationFrame(once);
  setTimeout(once, 50);
};

/** Collects the items requested within one frame, each once, and sends them together. */
export function batchPerFrame<Item>(
  send: (items: Item[]) => void,
  schedule: Schedule = nextFrame,
): (item: Item) => void {
  const waiting = new Set<Item>();
  return (item) => {
    waiting.add(item);
    if (waiting.size > 1) return;
    schedule(() => {
      const items = [...waiting];
      waiting.clear();
      send(items);
    });
  };
}
