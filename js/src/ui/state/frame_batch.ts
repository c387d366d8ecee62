import { nextFrame } from "../../kernel/frame";

/** Schedule for work of one animation frame: runs a callback once, soon. */
export type Schedule = (callback: () => void) => void;

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
