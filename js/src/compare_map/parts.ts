/** Parts that a comparison map adds to a concept map. */
import type { View } from "../concept_map/context";
import { MatchCard } from "./card";
import { Marks } from "./marks";
import type { CompareMap } from "./state/state";

/** Returns the parts; `code` makes the widget again. */
export function comparingParts(comparing: CompareMap, code: () => string): NonNullable<View["parts"]> {
  return {
    Card: MatchCard,
    Marks,
    keys: {
      u: () => comparing.nextUnmatched(),
      "[": () => comparing.step(-1),
      "]": () => comparing.step(1),
      p: () => comparing.togglePlay(),
    },
    code,
  };
}
