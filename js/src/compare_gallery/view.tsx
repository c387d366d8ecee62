/** View of two galleries under one query: assembles its parts and releases them when the signal aborts. */

import { asCode } from "../comparisons/code";
import type { CompareGalleryTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Frame } from "../neurons/frame";
import { draw } from "../ui/view_context";
import { Body } from "./body";
import { compareView, type View, ViewContext } from "./context";
import { CompareFooter } from "./footer";
import { CompareGallery } from "./state/state";
import { KEYS } from "./state/words";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "../ui/dialog.css";
import "../neuron_gallery/gallery.css";
import "./compare_gallery.css";

let views = 0;

/** Draws two galleries into `el` until `signal` aborts. */
export function showCompareGallery(props: ViewProps<CompareGalleryTraits>): CompareGallery {
  const { el, kernel, signal } = props;
  const compare = new CompareGallery(props);
  views += 1;
  const given = { compare, kernel, signal, id: `slw-galleries${views}-` };
  const code = () => asCode("CompareGallery", compare.traits);
  const view = compareView({ ...given, code }, el);
  draw(<Root {...view} />, el, signal);
  return compare;
}

function Root(view: View) {
  const { compare, views } = view;
  return (
    <ViewContext.Provider value={view}>
      <Frame
        shown={compare}
        also="slw-galleries"
        keys={{ "Among the neurons": KEYS }}
        focusSearch={views[0].focusSearch}
        drop="Drop the image to search by it"
        head={<Toolbar />}
      >
        <Body />
        <CompareFooter />
      </Frame>
    </ViewContext.Provider>
  );
}
