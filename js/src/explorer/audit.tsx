/** Audit pane of the explorer. */
import { Body } from "../audit_table/body";
import { ClassMenu } from "../audit_table/class_menu";
import { LiveRegion } from "../audit_table/status_line";
import { Take } from "../audit_table/take";

export function AuditPane() {
  return (
    <>
      <div class="slw-pane-bar slw-pane-class">
        <ClassMenu />
        <Take />
      </div>
      <Body />
      <LiveRegion />
    </>
  );
}
