/** Legend of the colours beside the map, or below it where there is no room; it also filters the map. */
import { useState } from "preact/hooks";
import { Link } from "../../ui/buttons/button";
import { Icon } from "../../ui/buttons/icons";
import { useView } from "../context";
import { ENCODINGS } from "../state/words";
import { Kinds } from "./kinds";
import { Numbers } from "./numbers";

export function Legend() {
  const { map, id } = useView();
  const colouring = map.colours.colouring.value;
  const [open, setOpen] = useState(true);
  // Its room is kept while there are no colours yet: the map must not change its size.
  if (colouring === null) return <div class="slw-map-legend" />;
  return (
    <div class={`slw-map-legend${open ? "" : " slw-closed"}`}>
      <div class="slw-map-legend-head">
        <button
          type="button"
          class="slw-map-legend-title"
          aria-expanded={open}
          aria-controls={`${id}legend`}
          title={open ? "Hide the legend" : "Show the legend"}
          onClick={() => setOpen(!open)}
        >
          <Icon name="legend" />
          <span class="slw-map-legend-name">{ENCODINGS[colouring.encoding]}</span>
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
      <div id={`${id}legend`} hidden={!open} class="slw-map-legend-body">
        {open &&
          (colouring.kind === "category" ? (
            <Kinds colouring={colouring} />
          ) : (
            <Numbers colouring={colouring} />
          ))}
      </div>
    </div>
  );
}
