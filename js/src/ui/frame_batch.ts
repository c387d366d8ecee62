/** Runs a callback once, soon: at the next animation frame in a page. */
export type Schedule = (callback: () => void) => void;

/**
 * The next animation frame, or 50 ms where no frames are drawn (a hidden tab holds them back for as long as it is
 * hidden, and a widget that waited for one would not be ready when the tab comes up).
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

/** Gathers what is asked for within one frame, each thing once, and sends it in one go. */
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
