/** What every part of one audit table's view shares. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ExamplePictures, ShownExamples } from "../../neurons/pictures/example_pictures";
import type { SamplePictures } from "./sample_pictures";
import type { AuditTable } from "./state";

export interface View {
  table: AuditTable;
  /** The pictures of examples, however they are to be shown. */
  examples: ExamplePictures;
  /** Pictures of any samples of the dataset. */
  samples: SamplePictures;
  /** Begins the ids of this view's elements, so that two views on one page do not share any. */
  id: string;
  /** The Python class of the widget that it is a view of. */
  widget: string;
  focusClasses: () => void;
  focusConcepts: (side: string) => void;
  focusRows: () => void;
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error("a part of the audit table was drawn outside of its view");
  return view;
}

/** The pictures of the examples of a layer's neurons, as the reader wants them. */
export function useExamples(layer: string): ShownExamples {
  const { table, examples } = useView();
  return examples.shown(table.traits.examples_as.value, layer);
}

type Given = Pick<View, "table" | "examples" | "samples" | "id" | "widget">;

/** The view of an audit table that lies somewhere inside `root`. */
export function auditView(given: Given, root: HTMLElement): View {
  const focus = (selector: string) => root.querySelector<HTMLElement>(selector)?.focus();
  return {
    ...given,
    focusClasses: () => focus(".slw-audit-class input"),
    focusConcepts: (side) => focus(`.slw-audit-${side} input`),
    focusRows: () => focus(".slw-audit-body .slw-grid"),
  };
}
