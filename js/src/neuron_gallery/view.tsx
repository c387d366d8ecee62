/** View of the gallery: assembles its parts and releases them when the signal aborts. */

import type { NeuronGalleryTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Frame } from "../neurons/frame";
import { comparedExamples, viewPictures } from "../neurons/pictures/example_pictures";
import { draw } from "../ui/view_context";
import { Body } from "./body";
import { galleryView, type View, ViewContext } from "./context";
import { Gallery } from "./state/state";
import { KEYS } from "./state/words";
import { Footer, LiveRegion, StatusLine } from "./status_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "../ui/dialog.css";
import "./gallery.css";

let views = 0;

/** Draws a gallery into `el` until `signal` aborts. */
export function showGallery({ el, kernel, signal, ...rest }: ViewProps<NeuronGalleryTraits>): Gallery {
  const gallery = new Gallery({ kernel, signal, ...rest });
  const { thumbnails, full, examples } = viewPictures(kernel, signal, gallery.failures);
  views += 1;
  const given = {
    gallery,
    thumbnails,
    full,
    examples: examples(),
    compared: comparedExamples(examples),
    id: `slw${views}-`,
  };
  draw(<Root {...galleryView(given, el)} />, el, signal);
  return gallery;
}

function Root(view: View) {
  return (
    <ViewContext.Provider value={view}>
      <Frame
        shown={view.gallery}
        also="slw-fits"
        keys={{ "Among the neurons": KEYS }}
        focusSearch={view.focusSearch}
        drop="Drop the image to search by it"
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
