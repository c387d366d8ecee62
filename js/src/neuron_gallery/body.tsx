/** Body of the gallery: the cards, and the details of one neuron beside or over them. */
import { useRef } from "preact/hooks";
import { useNarrowFocus } from "../ui/state/narrow_focus";
import { Comparison } from "./comparison";
import { useView } from "./context";
import { Detail } from "./detail/detail";
import { Grid } from "./grid";

export function Body() {
  const { gallery, focusGrid } = useView();
  const body = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLElement>(null);
  const opened = gallery.opened.current.value;
  const isStale = gallery.queryError.value !== null || gallery.order.ranking.value?.awaited;
  useNarrowFocus(body, pane, opened !== null, focusGrid);
  return (
    <div
      ref={body}
      class={`slw-body${isStale ? " slw-stale" : ""}${opened === null ? "" : " slw-with-detail"}${gallery.order.waiting.value ? " slw-waiting" : ""}`}
    >
      <div class="slw-progress" aria-hidden="true" />
      {gallery.pins.comparing.value ? (
        <Comparison />
      ) : (
        <>
          <Grid />
          {opened !== null && <Detail opened={opened} pane={pane} />}
        </>
      )}
    </div>
  );
}
