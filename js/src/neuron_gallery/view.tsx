/** View of the gallery: assembles its parts and releases them when the signal aborts. */

import { render } from "preact";
import { useRef } from "preact/hooks";
import type { NeuronGalleryTraits } from "../generated/traits";
import type { Link } from "../kernel/link";
import type { Kernel, State } from "../kernel/types";
import { ExamplePictures } from "../neurons/pictures/example_pictures";
import { databasePictures } from "../neurons/pictures/neuron_pictures";
import { useImageDrop } from "../neurons/query/image_drop";
import { Messages } from "../ui/failures/messages";
import { px } from "../ui/format";
import { keepFromNotebook } from "../ui/keys";
import { Body } from "./body";
import { galleryView, type View, ViewContext } from "./context";
import { Gallery } from "./state/state";
import { Footer, LiveRegion, StatusLine } from "./status_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "./gallery.css";

interface GalleryViewOptions {
  el: HTMLElement;
  kernel: Kernel;
  model: State<NeuronGalleryTraits>;
  link?: Link;
  signal: AbortSignal;
}

let views = 0;

/** Draws a gallery into `el` until `signal` aborts. */
export function showGallery({ el, kernel, signal, ...rest }: GalleryViewOptions): Gallery {
  const gallery = new Gallery({ kernel, signal, ...rest });
  const onFailure = (error: unknown) => gallery.failures.missing("Some pictures could not be loaded", error);
  const stores = databasePictures(kernel, signal, onFailure);
  const examples = new ExamplePictures(kernel, signal, stores, onFailure);
  views += 1;
  render(<Root {...galleryView({ gallery, ...stores, examples, id: `slw${views}-` }, el)} />, el);
  signal.addEventListener("abort", () => render(null, el));
  return gallery;
}

function Root(view: View) {
  const { gallery } = view;
  const root = useRef<HTMLDivElement>(null);
  const dropping = useImageDrop(root, (file) => void gallery.query.useImage(file));
  return (
    <ViewContext.Provider value={view}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the surrounding notebook. */}
      <div
        ref={root}
        class={`slw${dropping ? " slw-dropping" : ""}`}
        style={{ height: px(gallery.traits.height.value) }}
        onKeyDown={(event) => keepFromNotebook(event, view.focusSearch)}
      >
        <Toolbar />
        <StatusLine />
        <Messages status={gallery.status.value} failures={gallery.failures} />
        <Body />
        <Footer />
        <LiveRegion />
        {dropping && <div class="slw-drop">Drop the image to search by it</div>}
      </div>
    </ViewContext.Provider>
  );
}
