/** What every part of one map's view shares. */
import { signal as box, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { ExamplePictures, ShownExamples } from "../../neurons/pictures/example_pictures";
import type { PictureStore } from "../../neurons/pictures/thumbnails";
import type { Look } from "../drawing/look";
import type { Stage } from "../drawing/stage";
import type { asCode } from "./code";
import type { ConceptMap } from "./state";

export interface View {
  map: ConceptMap;
  /** The stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** The pictures of examples, however they are to be shown. */
  examples: ExamplePictures;
  /** The page's colours; null until the first drawing. */
  look: Signal<Look | null>;
  /** What draws the points; null until there are some. */
  stage: { current: Stage | null };
  /** Begins the ids of this view's elements, so that two views on one page do not share any. */
  id: string;
  /** The Python class of the widget that it is a view of. */
  widget: string;
  /** The traits of the widget, for the code that makes it again. */
  shown: Parameters<typeof asCode>[1];
  /** Where the legend lies, so that no cluster's name hides under it. */
  legend: Signal<{ width: number; height: number }>;
  focusSearch: () => void;
  focusStage: () => void;
  toggleFullscreen: () => void;
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error("a part of the map was drawn outside of its view");
  return view;
}

/** The pictures of the examples of a layer's neurons, as the reader wants them. */
export function useExamples(layer: string): ShownExamples {
  const { map, examples } = useView();
  return examples.shown(map.traits.examples_as.value, layer);
}

type Given = Pick<View, "map" | "thumbnails" | "examples" | "id" | "widget" | "shown">;

/** The view of a map whose stage and query box lie somewhere inside `root`. */
export function useMapView(
  { map, thumbnails, examples, id, widget, shown }: Given,
  root: { current: HTMLElement | null },
  input: { current: HTMLInputElement | null },
): View {
  return useMemo<View>(
    () => ({
      map,
      thumbnails,
      examples,
      id,
      widget,
      shown,
      look: box(null),
      stage: { current: null },
      legend: box({ width: 0, height: 0 }),
      focusSearch: () => input.current?.select(),
      focusStage: () => root.current?.querySelector<HTMLElement>(".slw-map-stage")?.focus(),
      toggleFullscreen: () => toggleFullscreen(root.current),
    }),
    [map, thumbnails, examples, id, widget, shown, root, input],
  );
}

function toggleFullscreen(root: HTMLElement | null): void {
  // A page may forbid it at any time; the map is then as large as it was.
  if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined);
  else root?.requestFullscreen().catch(() => undefined);
}
