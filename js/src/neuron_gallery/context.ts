/** Preact context that the parts of one gallery share. */

import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { ExamplePictures, ExampleStores } from "../neurons/pictures/example_pictures";
import type { PictureStore } from "../neurons/pictures/thumbnails";
import { QUERY_INPUT } from "../neurons/query/query_box";
import { viewContext } from "../ui/view_context";
import type { Gallery } from "./state/state";

/** Parts of cards in a gallery beside another one. */
export interface BesideView {
  /** Row about the neuron's match in the other gallery. */
  matchRow: (component: number) => ComponentChildren;
  /** Component of the neuron that is current here, or stands for that of the other gallery; null for none. */
  lit: ReadonlySignal<number | null>;
  /** Name of the order of the cards. */
  order: ReadonlySignal<string>;
  /** Range of the strengths in both galleries, in standard deviations. */
  strengths: ReadonlySignal<{ min: number; max: number }>;
}

export interface View {
  gallery: Gallery;
  /** Stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** Pictures in full size, as addresses for <img>. */
  full: PictureStore<string>;
  /** Pictures of concept examples as frames, crops or heat maps. */
  examples: ExamplePictures;
  /** The same for each neuron of a comparison, which may be of several layers. */
  compared: readonly ExamplePictures[];
  /** Prefix for element ids, so that two views on one page do not share any. */
  id: string;
  focusSearch: () => void;
  focusGrid: () => void;
  /** Undefined in a gallery that stands alone. */
  beside?: BesideView | undefined;
}

export const [ViewContext, useView] = viewContext<View>();

/** Returns the picture store for the examples of a layer's neurons, in the mode of the trait `examples_as`. */
export function useExamples(layer: string): ExampleStores {
  const { gallery, examples } = useView();
  return examples.shown(gallery.traits.examples_as.value, layer);
}

/** As `useExamples`, for the neuron at a place in the comparison. */
export function useExamplesCompared(place: number, layer: string): ExampleStores {
  const { gallery, examples, compared } = useView();
  return (compared[place] ?? examples).shown(gallery.traits.examples_as.value, layer);
}

type Given = Pick<View, "gallery" | "thumbnails" | "full" | "examples" | "compared" | "id" | "beside">;

/** Makes the shared values for a gallery whose cards and query box lie inside `el`. */
export function galleryView(given: Given, el: HTMLElement): View {
  return {
    ...given,
    focusSearch: () => el.querySelector<HTMLInputElement>(QUERY_INPUT)?.select(),
    focusGrid: () => el.querySelector<HTMLElement>(".slw-grid")?.focus(),
  };
}
