/** The cards, and beside or over them the details of one neuron. */
import { useEffect, useRef } from "preact/hooks";
import { useView } from "./context";
import { Detail } from "./detail";
import { Grid } from "./grid";

/** Narrower than this the details cover the cards; the style sheet says the same. */
const NARROW = 640;

export function Body() {
  const { gallery, focusGrid } = useView();
  const body = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLElement>(null);
  const opened = gallery.opened.current.value;
  useFocusOfNarrowDetail(body, pane, opened !== null, focusGrid);
  return (
    <div
      ref={body}
      class={`slw-body${opened === null ? "" : " slw-with-detail"}${gallery.waiting.value ? " slw-waiting" : ""}`}
    >
      <div class="slw-progress" aria-hidden="true" />
      <Grid />
      {opened !== null && <Detail opened={opened} pane={pane} />}
    </div>
  );
}

/** Where the detail covers the grid, the focus goes into it, and back when it closes. */
function useFocusOfNarrowDetail(
  body: { current: HTMLElement | null },
  pane: { current: HTMLElement | null },
  open: boolean,
  focusGrid: () => void,
): void {
  const inside = useRef(false);
  useEffect(() => {
    const covers = (body.current?.clientWidth ?? 0) < NARROW;
    if (open && covers) {
      inside.current = true;
      pane.current?.focus();
    } else if (!open && inside.current) {
      inside.current = false;
      focusGrid();
    }
  }, [body, pane, open, focusGrid]);
}
