/** View of a comparison map: a concept map with the matches of its sides, and a line of time for a series. */

import { asCode } from "../comparisons/code";
import { Body } from "../concept_map/body";
import { mapView, type View, ViewContext } from "../concept_map/context";
import { Footer, LiveRegion, StatusLine } from "../concept_map/status_line";
import type { CompareMapTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Frame } from "../neurons/frame";
import { viewPictures } from "../neurons/pictures/example_pictures";
import { draw } from "../ui/view_context";
import { type Compared, ComparedContext } from "./context";
import { Counts } from "./counts";
import { comparingParts } from "./parts";
import { CompareMap } from "./state/state";
import { KEYS } from "./state/words";
import { TimeLine } from "./time_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "../concept_map/concept_map.css";
import "./compare_map.css";

let views = 0;

/** Draws a comparison map into `el` until `signal` aborts. */
export function showCompareMap({ el, kernel, signal, ...rest }: ViewProps<CompareMapTraits>): CompareMap {
  const comparing = new CompareMap({ kernel, signal, ...rest });
  const { map } = comparing;
  const { thumbnails, examples } = viewPictures(kernel, signal, map.failures);
  views += 1;
  const parts = comparingParts(comparing, () =>
    asCode("CompareMap", comparing.traits.signals, comparing.usual()),
  );
  const widget = { widget: "CompareMap", shown: {}, id: `slw-compare${views}-`, parts };
  const view = mapView({ map, thumbnails, examples: examples(), ...widget }, el);
  draw(<Root view={view} compared={{ comparing, partners: examples() }} />, el, signal);
  return comparing;
}

function Root({ view, compared }: { view: View; compared: Compared }) {
  return (
    <ViewContext.Provider value={view}>
      <ComparedContext.Provider value={compared}>
        <Frame
          shown={view.map}
          also="slw-map slw-compare"
          keys={{ "On the map": KEYS }}
          focusSearch={view.focusSearch}
          drop="Drop the image to colour by it"
          head={
            <>
              <Toolbar />
              <StatusLine more={<Counts />} />
            </>
          }
        >
          <Body />
          <TimeLine />
          <Footer />
          <LiveRegion />
        </Frame>
      </ComparedContext.Provider>
    </ViewContext.Provider>
  );
}
