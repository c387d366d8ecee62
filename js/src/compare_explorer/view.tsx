/** Explorer of a comparison: map and two galleries, linked, with one query. */

import { compareView } from "../compare_gallery/context";
import { CompareGallery } from "../compare_gallery/state/state";
import { comparingParts } from "../compare_map/parts";
import { CompareMap } from "../compare_map/state/state";
import { asCode } from "../comparisons/code";
import { mapView } from "../concept_map/context";
import type { CompareExplorerTraits } from "../generated/traits";
import { Link } from "../kernel/link";
import type { ViewProps } from "../kernel/types";
import { viewPictures } from "../neurons/pictures/example_pictures";
import { whileAlive } from "../ui/state/synced";
import { draw } from "../ui/view_context";
import { type Parts, Root } from "./root";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "../ui/dialog.css";
import "../concept_map/concept_map.css";
import "../compare_map/compare_map.css";
import "../neuron_gallery/gallery.css";
import "../compare_gallery/compare_gallery.css";
import "./compare_explorer.css";

let views = 0;

/** Draws the explorer of a comparison into `el` until `signal` aborts. */
export function showCompareExplorer(props: ViewProps<CompareExplorerTraits>): Parts {
  const { el, kernel, model, signal, link = new Link() } = props;
  const comparing = new CompareMap({ kernel, model, signal, link });
  const { map, matches, traits } = comparing;
  const { query, failures, undo } = map;
  const within = { query, failures, undo, matches };
  const compare = new CompareGallery({ kernel, model, signal, link, within });
  const { thumbnails, examples } = viewPictures(kernel, signal, failures);
  views += 1;
  const id = `slw-compared${views}-`;
  const code = () => asCode("Explorer", compare.traits, comparing.usual());
  const own = { widget: "Explorer", shown: {}, id: `${id}map-`, parts: comparingParts(comparing, code) };
  // A series compares each side with the one before it.
  whileAlive(signal, () => {
    if (traits.signals.series.value) traits.write("pair", [...comparing.pair.value]);
  });
  const parts = {
    mapView: mapView({ map, thumbnails, examples: examples(), ...own }, el),
    compared: { comparing, partners: examples() },
    galleries: compareView({ compare, kernel, signal, id, code }, el),
  };
  draw(<Root {...parts} />, el, signal);
  return parts;
}
