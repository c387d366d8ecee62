/** The audit of a class as a part of the explorer. */
import { useMemo } from "preact/hooks";
import { Body } from "../audit_table/body";
import { ClassMenu } from "../audit_table/class_menu";
import { useAuditView, ViewContext } from "../audit_table/context";
import type { SamplePictures } from "../audit_table/sample_pictures";
import type { AuditTable } from "../audit_table/state";
import { LiveRegion, StatusLine } from "../audit_table/status_line";
import { Take } from "../audit_table/take";
import type { PictureStore } from "../ui/thumbnails";

export interface AuditPaneProps {
  /** Made when it is first shown: an explorer that audits nothing asks for nothing. */
  make: () => { table: AuditTable; samples: SamplePictures };
  thumbnails: PictureStore<ImageBitmap>;
  id: string;
  root: { current: HTMLElement | null };
}

export function AuditPane({ make, thumbnails, id, root }: AuditPaneProps) {
  const made = useMemo(make, [make]);
  const view = useAuditView({ ...made, thumbnails, id, widget: "Explorer" }, root);
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
