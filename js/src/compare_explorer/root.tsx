/** Layout of the explorer of a comparison: toolbar, status line, map, and beside or below it the galleries. */
import { Body as Galleries } from "../compare_gallery/body";
import { type View, ViewContext } from "../compare_gallery/context";
import { CompareFooter } from "../compare_gallery/footer";
import { KEYS as GALLERY_KEYS } from "../compare_gallery/state/words";
import { CompareQuery, Order, ShowMenu } from "../compare_gallery/toolbar";
import { type Compared, ComparedContext } from "../compare_map/context";
import { Counts } from "../compare_map/counts";
import { ENCODINGS, KEYS as MAP_KEYS } from "../compare_map/state/words";
import { TimeLine } from "../compare_map/time_line";
import { Body as MapBody } from "../concept_map/body";
import { ViewContext as MapContext, type View as MapView } from "../concept_map/context";
import { Happenings, StatusLine } from "../concept_map/status_line";
import { EncodingMenu } from "../concept_map/toolbar";
import { Frame } from "../neurons/frame";

export interface Parts {
  mapView: MapView;
  compared: Compared;
  galleries: View;
}

export function Root({ mapView, compared, galleries }: Parts) {
  return (
    <MapContext.Provider value={mapView}>
      <ComparedContext.Provider value={compared}>
        <ViewContext.Provider value={galleries}>
          <Frame
            shown={mapView.map}
            also="slw-map slw-compare-explorer slw-galleries"
            keys={{ "Among the neurons": GALLERY_KEYS, "On the map": MAP_KEYS }}
            focusSearch={mapView.focusSearch}
            drop="Drop the image to search by it"
            head={
              <>
                <search class="slw-toolbar">
                  <CompareQuery />
                  <EncodingMenu encodings={ENCODINGS} />
                </search>
                <StatusLine more={<Counts />} />
              </>
            }
          >
            <div class="slw-panes">
              <section class="slw-pane slw-pane-map" aria-label="Map">
                <MapBody />
                <TimeLine />
              </section>
              <section class="slw-pane slw-pane-side" aria-label="Neurons">
                <div class="slw-pane-bar">
                  <ShowMenu />
                  <Order />
                </div>
                <Galleries />
              </section>
            </div>
            <CompareFooter />
            <div class="slw-hidden">
              <Happenings />
            </div>
          </Frame>
        </ViewContext.Provider>
      </ComparedContext.Provider>
    </MapContext.Provider>
  );
}
