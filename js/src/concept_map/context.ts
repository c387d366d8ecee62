/** What every part of one map's view shares. */
import type { Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PictureStore } from "../ui/thumbnails";
import type { Look } from "./look";
import type { Stage } from "./stage";
import type { ConceptMap } from "./state";

export interface View {
  map: ConceptMap;
  /** The stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** The page's colours; null until the first drawing. */
  look: Signal<Look | null>;
  /** What draws the points; null until there are some. */
  stage: { current: Stage | null };
  /** Begins the ids of this view's elements, so that two views on one page do not share any. */
  id: string;
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
