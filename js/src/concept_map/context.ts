/** Preact context that the parts of one map share. */
import { signal as box, type Signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import type { ExamplePictures } from "../neurons/pictures/example_pictures";
import type { PictureStore } from "../neurons/pictures/thumbnails";
import { QUERY_INPUT } from "../neurons/query/query_box";
import { viewContext } from "../ui/view_context";
import type { Look } from "./drawing/look";
import type { Stage } from "./drawing/stage";
import type { Points } from "./points/points";
import type { asCode } from "./state/code";
import type { ConceptMap } from "./state/state";

export interface View {
  map: ConceptMap;
  /** Stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** Pictures of concept examples as frames, crops or heat maps. */
  examples: ExamplePictures;
  /** Colours of the page; null until the first drawing. */
  look: Signal<Look | null>;
  /** The stage; null until there are points. */
  stage: { current: Stage | null };
  /** Prefix for element ids, so that two views on one page do not share any. */
  id: string;
  /** Name of the Python class of the widget. */
  widget: string;
  /** Traits of the widget, for the code that makes it again. */
  shown: Parameters<typeof asCode>[1];
  /** Parts of a widget that is more than a map. */
  parts?: Parts;
  focusSearch: () => void;
  focusStage: () => void;
}

interface Parts {
  /** Replaces the card of a point. */
  Card: FunctionComponent<{ points: Points }>;
  /** Drawn over the points, in the overlay. */
  Marks: FunctionComponent<{ points: Points }>;
  /** Actions of keys on the map. */
  keys: Readonly<Record<string, () => void>>;
  code: () => string;
}

export const [ViewContext, useView] = viewContext<View>();

type Given = Pick<View, "map" | "thumbnails" | "examples" | "id" | "widget" | "shown" | "parts">;

/** Makes the shared values for a map whose stage and query box lie inside `el`. */
export function mapView(given: Given, el: HTMLElement): View {
  return {
    ...given,
    look: box(null),
    stage: { current: null },
    focusSearch: () => el.querySelector<HTMLInputElement>(QUERY_INPUT)?.select(),
    focusStage: () => el.querySelector<HTMLElement>(".slw-map-stage")?.focus(),
  };
}
