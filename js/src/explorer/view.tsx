/** Map, gallery and audit with one query box: what one shows, the others show too. */
import { render } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { type View as Audit, ViewContext as AuditContext, auditView } from "../audit_table/context";
import { samplePictures } from "../audit_table/sample_pictures";
import { AuditTable } from "../audit_table/state";
import { Body as MapBody } from "../concept_map/body";
import { ViewContext as MapContext, useMapView } from "../concept_map/context";
import { ConceptMap } from "../concept_map/state";
import { Happenings, MethodName } from "../concept_map/status_line";
import { EncodingMenu } from "../concept_map/toolbar";
import type { ExplorerTraits } from "../generated/traits";
import { Link } from "../kernel/link";
import type { Kernel, State } from "../kernel/types";
import { Body as GalleryBody } from "../neuron_gallery/body";
import { ViewContext as GalleryContext, useGalleryView } from "../neuron_gallery/context";
import { Gallery } from "../neuron_gallery/state";
import { Footer, LiveRegion } from "../neuron_gallery/status_line";
import { ExamplesMenu, LayerMenu, SortMenu } from "../neuron_gallery/toolbar";
import { PLACEHOLDER } from "../neuron_gallery/words";
import { ExamplePictures } from "../ui/example_pictures";
import { useImageDrop } from "../ui/image_drop";
import { keepFromNotebook } from "../ui/keys";
import { Messages } from "../ui/messages";
import { type PictureStores, pictureStores } from "../ui/neuron_pictures";
import { px } from "../ui/px";
import { QueryBox } from "../ui/query_box";
import { Synced } from "../ui/synced";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "../audit_table/audit_table.css";
import "../neuron_gallery/gallery.css";
import "../concept_map/concept_map.css";
import { AuditPane } from "./audit";
import "./explorer.css";
import { StatusLine } from "./status_line";

export interface ExplorerViewOptions {
  el: HTMLElement;
  kernel: Kernel;
  model: State<ExplorerTraits>;
  link?: Link;
  signal: AbortSignal;
}

type Tabbed = Pick<ExplorerTraits, "tab">;

export interface Explorer {
  map: ConceptMap;
  gallery: Gallery;
  /** The audit, made when it is first shown: an explorer that audits nothing asks for nothing. */
  audit: () => Audit;
  /** What is beside the map. */
  tabs: Synced<Tabbed>;
}

let views = 0;

/** Draws an explorer into `el` until `signal` aborts. */
export function showExplorer(options: ExplorerViewOptions): Explorer {
  const { el, kernel, model, signal, link = new Link() } = options;
  const map = new ConceptMap({ kernel, model, signal, link });
  const gallery = new Gallery({ kernel, model, signal, link, within: map });
  const onFailure = (error: unknown) => gallery.missing("Some pictures could not be loaded", error);
  const stores = pictureStores(kernel, signal, onFailure);
  // One for each part: while a layer changes they show neurons of different ones.
  const examples = () => new ExamplePictures(kernel, signal, stores, onFailure);
  views += 1;
  const id = `slw-explorer${views}-`;
  const make = () => {
    const table = new AuditTable({ kernel, model, signal, link, within: map });
    const samples = samplePictures(kernel, signal, onFailure);
    return auditView({ table, samples, examples: examples(), id: `${id}audit-`, widget: "Explorer" }, el);
  };
  let made: Audit | undefined;
  const audit = () => {
    made ??= make();
    return made;
  };
  const explorer = { map, gallery, audit, tabs: new Synced<Tabbed>(model, { tab: true }, signal) };
  render(<Root {...explorer} stores={stores} onMap={examples()} onCards={examples()} id={id} />, el);
  signal.addEventListener("abort", () => render(null, el));
  return explorer;
}

interface RootProps extends Explorer {
  stores: PictureStores;
  onMap: ExamplePictures;
  onCards: ExamplePictures;
  id: string;
}

function Root({ map, gallery, audit, tabs, stores, onMap, onCards, id }: RootProps) {
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => ({ ...gallery.traits, ...map.traits }), [map, gallery]);
  const ofMap = { map, examples: onMap, id: `${id}map-`, widget: "Explorer", shown };
  const mapView = useMapView({ ...ofMap, thumbnails: stores.thumbnails }, root, input);
  const galleryView = useGalleryView({ gallery, ...stores, examples: onCards, id }, root, input);
  const tab = tabs.signals.tab.value;
  const audited = tab === "audit" ? audit() : null;
  const dropping = useImageDrop(root, (file) => void map.query.useImage(file));
  return (
    <MapContext.Provider value={mapView}>
      <GalleryContext.Provider value={galleryView}>
        <AuditContext.Provider value={audited}>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the notebook around it. */}
          <div
            ref={root}
            class={`slw slw-map${dropping ? " slw-dropping" : ""}`}
            style={{ height: px(gallery.traits.height.value) }}
            onKeyDown={(event) => keepFromNotebook(event, galleryView.focusSearch)}
          >
            <search class="slw-toolbar">
              <LayerMenu />
              <QueryBox
                query={map.query}
                placeholder={PLACEHOLDER}
                invalid={gallery.queryError.value !== null}
                describedBy={`${id}status`}
                input={input}
                byImage={gallery.traits.query_image.value !== ""}
                kept={gallery.status.value === "kept"}
                onLeave={galleryView.focusGrid}
              />
              <EncodingMenu />
            </search>
            <StatusLine id={`${id}status`} />
            <Messages status={gallery.status.value} failures={map.failures} />
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
            <Footer selected={map.chosen.shortfall.value} canShowAlone={audited === null}>
              <MethodName />
            </Footer>
            <LiveRegion />
            <div class="slw-hidden">
              <Happenings />
            </div>
            {dropping && <div class="slw-drop">Drop the image to search by it</div>}
          </div>
        </AuditContext.Provider>
      </GalleryContext.Provider>
    </MapContext.Provider>
  );
}

const TABS = { neurons: "Neurons", audit: "Audit" } as const;

function Tabs({ tabs }: Pick<Explorer, "tabs">) {
  const shown = tabs.signals.tab.value;
  return (
    <div class="slw-pane-bar">
      <div class="slw-tabs" role="toolbar" aria-label="Beside the map">
        {Object.entries(TABS).map(([tab, name]) => (
          <button
            key={tab}
            type="button"
            class="slw-tab"
            aria-pressed={tab === shown}
            onClick={() => tabs.write("tab", tab as keyof typeof TABS)}
          >
            {name}
          </button>
        ))}
      </div>
      {shown === "neurons" ? <SortMenu /> : <ExamplesMenu />}
    </div>
  );
}
