/** Legend of the colours, which also filters the map. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Link } from "../../ui/buttons/button";
import { Icon } from "../../ui/buttons/icons";
import { NARROW } from "../camera/camera";
import { useView } from "../context";
import { ENCODINGS } from "../state/words";
import { Kinds } from "./kinds";
import { Numbers } from "./numbers";

/** Height of a narrow view from which a short legend starts unfolded. */
const ROOMY = 400;

export function Legend() {
  const { map, id, legend } = useView();
  const colouring = map.colours.colouring.value;
  const [open, setOpen] = useState<boolean | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const node = panel.current;
    if (node === null) return;
    const size = { width: node.offsetWidth + 16, height: node.offsetHeight + 16 };
    if (size.width !== legend.peek().width || size.height !== legend.peek().height) legend.value = size;
  });
  if (colouring === null) return null;
  const { width, height } = map.sight.size.value;
  const isNumbers = colouring.kind !== "category";
  const isShort = isNumbers || colouring.encoding === "verdict";
  const shown = open ?? (width >= NARROW ? height >= 320 : isShort && height >= ROOMY);
  return (
    <div
      ref={panel}
      class={`slw-map-legend${shown ? "" : " slw-closed"}`}
      style={{ maxHeight: `${Math.max(96, height * 0.5)}px` }}
    >
      <div class="slw-map-legend-head">
        <button
          type="button"
          class="slw-map-legend-title"
          aria-expanded={shown}
          aria-controls={`${id}legend`}
          title={shown ? "Hide the legend" : "Show the legend"}
          onClick={() => setOpen(!shown)}
        >
          <Icon name="legend" />
          {ENCODINGS[colouring.encoding]}
        </button>
        {map.filter.value !== null && (
          <Link
            title="Show all neurons again"
            onClick={() => {
              map.filter.value = null;
            }}
          >
            show all
          </Link>
        )}
      </div>
      <div id={`${id}legend`} hidden={!shown} class="slw-map-legend-body">
        {shown && (isNumbers ? <Numbers colouring={colouring} /> : <Kinds colouring={colouring} />)}
      </div>
    </div>
  );
}
