/** Adapter from Jupyter to the audit table's view. */

import type { RenderProps } from "@anywidget/types";
import type { AuditTableTraits } from "../generated/traits";
import { adapted } from "../kernel/adapter";
import type { Channel } from "../kernel/channel";
import { showAuditTable } from "./view";

export function renderAuditTable(props: RenderProps, channel: Channel): void {
  showAuditTable(adapted<AuditTableTraits>(props, channel, (layer) => layer !== ""));
}
