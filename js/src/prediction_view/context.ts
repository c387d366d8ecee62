/** Preact context that the parts of one prediction share. */
import type { ExamplePictures } from "../neurons/pictures/example_pictures";
import { viewContext } from "../ui/view_context";
import type { PredictionState } from "./state/state";

interface View {
  prediction: PredictionState;
  examples: ExamplePictures;
  /** Prefix for element ids, so that two views on one page do not share any. */
  id: string;
}

export const [ViewContext, useView] = viewContext<View>();

export function usePrediction(): PredictionState {
  return useView().prediction;
}
