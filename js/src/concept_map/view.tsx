/** View of the map: assembles its parts and releases them when the signal aborts. */

import { render } from "preact";
import { useRef } from "preact/hooks";
import type { ConceptMapTraits } from "../generated/traits";
import type { Link } from "../kernel/link";
import type { Kernel, State } from "../kernel/types";
import { ExamplePictures } from "../neurons/pictures/example_pictures";
import { databasePictures } from "../neurons/pictures/neuron_pictures";
import { useImageDrop } from "../neurons/query/image_drop";
import { Messages } from "../ui/failures/messages";
import { px } from "../ui/format";
import { keepFromNotebook } from "../ui/keys";
import { Body } from "./body";
import { mapView, type View, ViewContext } from "./context";
import { ConceptMap } from "./state/state";
import { Footer, LiveRegion, StatusLine } from "./status_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "./concept_map.css";

interface ConceptMapViewOptions {
  el: HTMLElement;
  kernel: Kernel;
  model: State<ConceptMapTraits>;
  link?: Link;
  signal: AbortSignal;
}

let views = 0;

/** Draws a concept map into `el` until `signal` aborts. */
export function showConceptMap({ el, kernel, signal, ...rest }: ConceptMapViewOptions): ConceptMap {
  const map = new ConceptMap({ kernel, signal, ...rest });
  const onFailure = (error: unknown) => map.failures.missing("Some pictures could not be loaded", error);
  const pictures = databasePictures(kernel, signal, onFailure);
  const examples = new ExamplePictures(kernel, signal, pictures, onFailure);
  views += 1;
  const id = `slw-map${views}-`;
  const { thumbnails } = pictures;
  const shown = map.traits;
  render(<Root {...mapView({ map, thumbnails, examples, id, widget: "ConceptMap", shown }, el)} />, el);
  signal.addEventListener("abort", () => render(null, el));
  return map;
}

function Root(view: View) {
  const { map } = view;
  const root = useRef<HTMLDivElement>(null);
  const dropping = useImageDrop(root, (file) => void map.query.useImage(file));
  return (
    <ViewContext.Provider value={view}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the surrounding notebook. */}
      <div
        ref={root}
        class={`slw slw-map${dropping ? " slw-dropping" : ""}`}
        style={{ height: px(map.traits.height.value) }}
        onKeyDown={(event) => keepFromNotebook(event, view.focusSearch)}
      >
        <Toolbar />
        <StatusLine />
        <Messages status={map.status.value} failures={map.failures} />
        <Body />
        <Footer />
        <LiveRegion />
        {dropping && <div class="slw-drop">Drop the image to colour by it</div>}
      </div>
    </ViewContext.Provider>
  );
}
