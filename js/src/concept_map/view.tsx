/** View of the map: assembles its parts and releases them when the signal aborts. */

import type { ConceptMapTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Frame } from "../neurons/frame";
import { viewPictures } from "../neurons/pictures/example_pictures";
import { draw } from "../ui/view_context";
import { Body } from "./body";
import { mapView, type View, ViewContext } from "./context";
import { ConceptMap } from "./state/state";
import { KEYS } from "./state/words";
import { Footer, LiveRegion, StatusLine } from "./status_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "./concept_map.css";

let views = 0;

/** Draws a concept map into `el` until `signal` aborts. */
export function showConceptMap({ el, kernel, signal, ...rest }: ViewProps<ConceptMapTraits>): ConceptMap {
  const map = new ConceptMap({ kernel, signal, ...rest });
  const { thumbnails, examples } = viewPictures(kernel, signal, map.failures);
  views += 1;
  const widget = { widget: "ConceptMap", shown: map.traits, id: `slw-map${views}-` };
  draw(<Root {...mapView({ map, thumbnails, examples: examples(), ...widget }, el)} />, el, signal);
  return map;
}

function Root(view: View) {
  return (
    <ViewContext.Provider value={view}>
      <Frame
        shown={view.map}
        also="slw-map"
        keys={{ "On the map": KEYS }}
        focusSearch={view.focusSearch}
        drop="Drop the image to colour by it"
        head={
          <>
            <Toolbar />
            <StatusLine />
          </>
        }
      >
        <Body />
        <Footer />
        <LiveRegion />
      </Frame>
    </ViewContext.Provider>
  );
}
