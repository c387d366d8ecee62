/** Adapter from Jupyter to the audit table's view. */
import type { RenderProps } from "@anywidget/types";
import { adapted } from "../kernel/adapter";
import type { Channel } from "../kernel/channel";
import type { AuditTraits } from "./state/protocol";
import { showAuditTable } from "./view";

export function renderAuditTable(props: RenderProps, channel: Channel): void {
  showAuditTable(adapted<AuditTraits>(props, channel, (layer) => layer !== ""));
}
