/** Preact context that the parts of two galleries share. */
import { computed } from "@preact/signals";
import type { Kernel } from "../kernel/types";
import { type View as GalleryView, galleryView } from "../neuron_gallery/context";
import { viewPictures } from "../neurons/pictures/example_pictures";
import { viewContext } from "../ui/view_context";
import { matchRow } from "./match_row";
import type { CompareGallery, Place } from "./state/state";
import { SORTS } from "./state/words";

export interface View {
  compare: CompareGallery;
  /** The view of the gallery of each side. */
  views: readonly [GalleryView, GalleryView];
  /** Prefix for element ids, so that two views on one page do not share any. */
  id: string;
  /** Returns the code that makes the widget again. */
  code: () => string;
}

export const [ViewContext, useView] = viewContext<View>();

interface Given {
  compare: CompareGallery;
  kernel: Kernel;
  signal: AbortSignal;
  id: string;
  code: () => string;
}

/** Makes the shared values for two galleries whose cards lie inside `el`, the first side before the second. */
export function compareView({ compare, kernel, signal, id, ...rest }: Given, el: HTMLElement): View {
  const { thumbnails, full, examples } = viewPictures(kernel, signal, compare.failures);
  const viewOf = (place: Place): GalleryView => {
    const gallery = compare.galleries[place];
    const lit = computed(() => compare.activeOn(place)?.component ?? null);
    const row = (component: number) => matchRow(compare, { layer: compare.sideAt(place), component });
    const order = computed(() => SORTS[compare.sortedBy.value]);
    const beside = { matchRow: row, lit, order, strengths: compare.strengths };
    const own = { gallery, thumbnails, full, examples: examples(), compared: [], beside };
    return {
      ...galleryView({ ...own, id: `${id}${place}-` }, el),
      focusGrid: () => el.querySelectorAll<HTMLElement>(".slw-grid")[place]?.focus(),
    };
  };
  return { compare, views: [viewOf(0), viewOf(1)], id, ...rest };
}
