/** The gallery as the user sees it: puts the parts together and gives everything back when the signal says so. */
import { render } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Kernel, State } from "../kernel/types";
import { useImageDrop } from "../ui/image_drop";
import { keepFromNotebook } from "../ui/keys";
import { Messages } from "../ui/messages";
import { pictureStores } from "../ui/neuron_pictures";
import { px } from "../ui/px";
import { type View, ViewContext } from "./context";
import { Detail } from "./detail";
import { Grid } from "./grid";
import type { GalleryTraits } from "./protocol";
import { Gallery } from "./state";
import { Footer, LiveRegion, StatusLine } from "./status_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "./gallery.css";

export interface GalleryViewOptions {
  el: HTMLElement;
  kernel: Kernel;
  model: State<GalleryTraits>;
  signal: AbortSignal;
}

let views = 0;

/** Draws a gallery into `el` until `signal` aborts. */
export function showGallery({ el, kernel, model, signal }: GalleryViewOptions): Gallery {
  const gallery = new Gallery({ kernel, model, signal });
  const onFailure = (error: unknown) => gallery.missing("Some pictures could not be loaded", error);
  const { thumbnails, pictures } = pictureStores(kernel, signal, onFailure);
  views += 1;
  render(<Root gallery={gallery} thumbnails={thumbnails} pictures={pictures} id={`slw${views}-`} />, el);
  signal.addEventListener("abort", () => {
    render(null, el);
  });
  return gallery;
}

type RootProps = Pick<View, "gallery" | "thumbnails" | "pictures" | "id">;

function Root({ gallery, thumbnails, pictures, id }: RootProps) {
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const pane = useRef<HTMLElement>(null);
  const view = useMemo<View>(
    () => ({
      gallery,
      thumbnails,
      pictures,
      id,
      focusSearch: () => input.current?.select(),
      focusGrid: () => root.current?.querySelector<HTMLElement>(".slw-grid")?.focus(),
    }),
    [gallery, thumbnails, pictures, id],
  );
  const dropping = useImageDrop(root, (file) => void gallery.query.useImage(file));
  const opened = gallery.opened.current.value;
  useFocusOfNarrowDetail(root, pane, opened !== null, view.focusGrid);
  return (
    <ViewContext.Provider value={view}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the notebook around it. */}
      <div
        ref={root}
        class={`slw${dropping ? " slw-dropping" : ""}${gallery.waiting.value ? " slw-waiting" : ""}`}
        style={{ height: px(gallery.traits.height.value) }}
        onKeyDown={(event) => keepFromNotebook(event, view.focusSearch)}
      >
        <Toolbar input={input} />
        <StatusLine />
        <Messages status={gallery.status.value} failures={gallery.failures} />
        <div class={`slw-body${opened === null ? "" : " slw-with-detail"}`}>
          <div class="slw-progress" aria-hidden="true" />
          <Grid />
          {opened !== null && <Detail opened={opened} pane={pane} />}
        </div>
        <Footer />
        <LiveRegion />
        {dropping && <div class="slw-drop">Drop the image to search by it</div>}
      </div>
    </ViewContext.Provider>
  );
}

/** Where the detail covers the grid, the focus goes into it, and back when it closes. */
function useFocusOfNarrowDetail(
  root: { current: HTMLElement | null },
  pane: { current: HTMLElement | null },
  open: boolean,
  focusGrid: () => void,
): void {
  const inside = useRef(false);
  useEffect(() => {
    const covers = (root.current?.clientWidth ?? 0) < 640;
    if (open && covers) {
      inside.current = true;
      pane.current?.focus();
    } else if (!open && inside.current) {
      inside.current = false;
      focusGrid();
    }
  }, [root, pane, open, focusGrid]);
}
