/** What every part of one gallery's view shares. */
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { ExamplePictures, ShownExamples } from "../../neurons/pictures/example_pictures";
import type { PictureStore } from "../../neurons/pictures/thumbnails";
import type { Gallery } from "./state";

export interface View {
  gallery: Gallery;
  /** The stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** Large pictures, as addresses for <img>. */
  pictures: PictureStore<string>;
  /** The pictures of examples, however they are to be shown. */
  examples: ExamplePictures;
  /** Begins the ids of this view's elements, so that two views on one page do not share any. */
  id: string;
  focusSearch: () => void;
  focusGrid: () => void;
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error("a part of the gallery was drawn outside of its view");
  return view;
}

/** The pictures of the examples of a layer's neurons, as the reader wants them. */
export function useExamples(layer: string): ShownExamples {
  const { gallery, examples } = useView();
  return examples.shown(gallery.traits.examples_as.value, layer);
}

type Given = Pick<View, "gallery" | "thumbnails" | "pictures" | "examples" | "id">;

/** The view of a gallery whose cards and query box lie somewhere inside `root`. */
export function useGalleryView(
  { gallery, thumbnails, pictures, examples, id }: Given,
  root: { current: HTMLElement | null },
  input: { current: HTMLInputElement | null },
): View {
  return useMemo<View>(
    () => ({
      gallery,
      thumbnails,
      pictures,
      examples,
      id,
      focusSearch: () => input.current?.select(),
      focusGrid: () => root.current?.querySelector<HTMLElement>(".slw-grid")?.focus(),
    }),
    [gallery, thumbnails, pictures, examples, id, root, input],
  );
}
