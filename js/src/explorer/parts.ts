/** Map, gallery and audit of an explorer, linked, with one query. */
import { type View as Audit, auditView } from "../audit_table/context";
import { samplePictures } from "../audit_table/state/sample_pictures";
import { AuditTable } from "../audit_table/state/state";
import { type View as MapView, mapView } from "../concept_map/context";
import { ConceptMap } from "../concept_map/state/state";
import type { ExplorerTraits } from "../generated/traits";
import { Link } from "../kernel/link";
import type { ViewProps } from "../kernel/types";
import { type View as GalleryView, galleryView } from "../neuron_gallery/context";
import { Gallery } from "../neuron_gallery/state/state";
import { comparedExamples, viewPictures } from "../neurons/pictures/example_pictures";
import { Synced } from "../ui/state/synced";

export interface Explorer {
  map: ConceptMap;
  gallery: Gallery;
  /** Makes the audit when it is first shown: until then it sends no request. */
  audit: () => Audit;
  /** The tab beside the map. */
  tabs: Synced<ExplorerTraits>;
  mapView: MapView;
  galleryView: GalleryView;
}

const widget = "Explorer";
let views = 0;

export function explorerOf({
  el,
  kernel,
  model,
  signal,
  link = new Link(),
}: ViewProps<ExplorerTraits>): Explorer {
  const map = new ConceptMap({ kernel, model, signal, link });
  const gallery = new Gallery({ kernel, model, signal, link, within: map });
  const { thumbnails, full, examples, onFailure } = viewPictures(kernel, signal, gallery.failures);
  views += 1;
  const id = `slw-explorer${views}-`;
  // Each part has its own examples: they may show different layers while the layer changes.
  const audit = once(() => {
    const table = new AuditTable({ kernel, model, signal, link, within: map });
    const samples = samplePictures(kernel, signal, onFailure);
    return auditView({ table, samples, examples: examples(), id: `${id}audit-`, widget }, el);
  });
  const tabs = new Synced<ExplorerTraits>(model, signal);
  const shown = tabs.signals;
  return {
    map,
    gallery,
    audit,
    tabs,
    mapView: mapView({ map, thumbnails, examples: examples(), id: `${id}map-`, widget, shown }, el),
    galleryView: galleryView(
      { gallery, thumbnails, full, examples: examples(), compared: comparedExamples(examples), id },
      el,
    ),
  };
}

function once<T>(make: () => T): () => T {
  let made: { it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}
