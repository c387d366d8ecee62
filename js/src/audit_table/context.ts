/** What every part of one audit table's view shares. */
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { PictureStore } from "../ui/thumbnails";
import type { SamplePictures } from "./sample_pictures";
import type { AuditTable } from "./state";

export interface View {
  table: AuditTable;
  /** The stored thumbnails of concept examples. */
  thumbnails: PictureStore<ImageBitmap>;
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

type Given = Pick<View, "table" | "thumbnails" | "samples" | "id" | "widget">;

/** The view of an audit table that lies somewhere inside `root`. */
export function useAuditView(
  { table, thumbnails, samples, id, widget }: Given,
  root: { current: HTMLElement | null },
): View {
  return useMemo<View>(() => {
    const focus = (selector: string) => root.current?.querySelector<HTMLElement>(selector)?.focus();
    return {
      table,
      thumbnails,
      samples,
      id,
      widget,
      focusClasses: () => focus(".slw-audit-class input"),
      focusConcepts: (side) => focus(`.slw-audit-${side} input`),
      focusRows: () => focus(".slw-audit-body .slw-grid"),
    };
  }, [table, thumbnails, samples, id, widget, root]);
}
