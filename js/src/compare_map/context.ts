/** Preact context of what a comparison map has besides its map. */
import type { ExamplePictures } from "../neurons/pictures/example_pictures";
import { viewContext } from "../ui/view_context";
import type { CompareMap } from "./state/state";

export interface Compared {
  comparing: CompareMap;
  /** Pictures of the other side's examples: the card shows two neurons at once. */
  partners: ExamplePictures;
}

export const [ComparedContext, useCompared] = viewContext<Compared>();
