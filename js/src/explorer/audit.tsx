/** The audit of a class as a part of the explorer. */
import { useMemo } from "preact/hooks";
import { Body } from "../audit_table/body";
import { ClassMenu } from "../audit_table/class_menu";
import { useAuditView, type View, ViewContext } from "../audit_table/context";
import { LiveRegion, StatusLine } from "../audit_table/status_line";
import { Take } from "../audit_table/take";

/** What the audit of an explorer has of its own. */
export type Audit = Pick<View, "table" | "samples" | "examples">;

export interface AuditPaneProps {
  /** Made when it is first shown: an explorer that audits nothing asks for nothing. */
  make: () => Audit;
  id: string;
  root: { current: HTMLElement | null };
}

export function AuditPane({ make, id, root }: AuditPaneProps) {
  const made = useMemo(make, [make]);
  const view = useAuditView({ ...made, id, widget: "Explorer" }, root);
  return (
    <ViewContext.Provider value={view}>
      <div class="slw-pane-bar slw-pane-class">
        <ClassMenu />
        <Take />
      </div>
      <StatusLine />
      <Body />
      <LiveRegion />
    </ViewContext.Provider>
  );
}
