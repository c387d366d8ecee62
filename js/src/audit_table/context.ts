/** Preact context that the parts of one audit table share. */

import type { ExamplePictures, ExampleStores } from "../neurons/pictures/example_pictures";
import { viewContext } from "../ui/view_context";
import type { SamplePictures } from "./state/sample_pictures";
import type { AuditTable } from "./state/state";

export interface View {
  table: AuditTable;
  /** Pictures of concept examples as frames, crops or heat maps. */
  examples: ExamplePictures;
  /** Pictures of any sample of the dataset. */
  samples: SamplePictures;
  /** Prefix for element ids, so that two views on one page do not share any. */
  id: string;
  /** Name of the Python class of the widget. */
  widget: string;
  focusClasses: () => void;
  focusConcepts: (side: string) => void;
  focusRows: () => void;
}

export const [ViewContext, useView] = viewContext<View>();

/** Returns the picture store for the examples of a layer's neurons, in the mode of the trait `examples_as`. */
export function useExamples(layer: string): ExampleStores {
  const { table, examples } = useView();
  return examples.shown(table.traits.examples_as.value, layer);
}

type Given = Pick<View, "table" | "examples" | "samples" | "id" | "widget">;

/** Makes the shared values for an audit table inside `root`. */
export function auditView(given: Given, root: HTMLElement): View {
  const focus = (selector: string) => root.querySelector<HTMLElement>(selector)?.focus();
  return {
    ...given,
    focusClasses: () => focus(".slw-audit-class input"),
    focusConcepts: (side) => focus(`.slw-audit-${side} input`),
    focusRows: () => focus(".slw-audit-body .slw-grid"),
  };
}
