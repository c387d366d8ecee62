/** Layout of the explorer: toolbar, status line, map, and beside it the neurons or the audit. */

import { ViewContext as AuditContext } from "../audit_table/context";
import { KEYS as AUDIT_KEYS } from "../audit_table/state/words";
import { Body as MapBody } from "../concept_map/body";
import { ViewContext as MapContext } from "../concept_map/context";
import { KEYS as MAP_KEYS } from "../concept_map/state/words";
import { Happenings, MethodName } from "../concept_map/status_line";
import { EncodingMenu } from "../concept_map/toolbar";
import { Body as GalleryBody } from "../neuron_gallery/body";
import { ViewContext as GalleryContext } from "../neuron_gallery/context";
import { KEYS as GALLERY_KEYS, PLACEHOLDER } from "../neuron_gallery/state/words";
import { Footer, LiveRegion } from "../neuron_gallery/status_line";
import { Frame } from "../neurons/frame";
import { LayerMenu } from "../neurons/layer_menu";
import { QueryBox } from "../neurons/query/query_box";
import { AuditPane } from "./audit";
import type { Explorer } from "./parts";
import { StatusLine } from "./status_line";
import { Tabs } from "./tabs";

export function Root({ map, gallery, audit, tabs, mapView, galleryView }: Explorer) {
  const { id, focusGrid, focusSearch } = galleryView;
  const tab = tabs.signals.tab.value;
  const audited = tab === "audit" ? audit() : null;
  return (
    <MapContext.Provider value={mapView}>
      <GalleryContext.Provider value={galleryView}>
        <AuditContext.Provider value={audited}>
          <Frame
            shown={gallery}
            also="slw-map"
            keys={{
              ...(audited === null ? { "Among the neurons": GALLERY_KEYS } : { "In the table": AUDIT_KEYS }),
              "On the map": MAP_KEYS,
            }}
            focusSearch={focusSearch}
            drop="Drop the image to search by it"
            head={
              <>
                <search class="slw-toolbar">
                  <LayerMenu traits={gallery.traits} onChoose={(layer) => gallery.chooseLayer(layer)} />
                  <QueryBox
                    query={map.query}
                    placeholder={PLACEHOLDER}
                    invalid={gallery.queryError.value !== null}
                    id={id}
                    onLeave={focusGrid}
                    examples={gallery.labels.summary.value?.queries ?? []}
                  />
                  <EncodingMenu />
                </search>
                <StatusLine id={`${id}status`} />
              </>
            }
          >
            <div class="slw-panes">
              <section class="slw-pane slw-pane-map" aria-label="Map">
                <MapBody />
              </section>
              <section
                class={`slw-pane slw-pane-side slw-pane-${tab}`}
                aria-label={tab === "audit" ? "Audit" : "Neurons"}
              >
                <Tabs tabs={tabs} />
                {audited === null ? <GalleryBody /> : <AuditPane />}
              </section>
            </div>
            <Footer selected={map.selection.shortfall.value} canShowAlone={audited === null}>
              <MethodName />
            </Footer>
            <LiveRegion />
            <div class="slw-hidden">
              <Happenings />
            </div>
          </Frame>
        </AuditContext.Provider>
      </GalleryContext.Provider>
    </MapContext.Provider>
  );
}
