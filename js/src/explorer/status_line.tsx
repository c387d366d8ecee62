/** Status line of the explorer: that of the open tab, and messages of the map. */
import { useContext } from "preact/hooks";
import { ViewContext as AuditContext } from "../audit_table/context";
import { Doing as AuditDoing, Outcome as AuditOutcome } from "../audit_table/status_line";
import { Doing as MapDoing, Refused } from "../concept_map/status_line";
import { useView } from "../neuron_gallery/context";
import { Doing as GalleryDoing, Outcome } from "../neuron_gallery/status_line";

export function StatusLine({ id }: { id: string }) {
  const { gallery } = useView();
  const audit = useContext(AuditContext);
  return (
    <div class="slw-status" id={id}>
      {audit === null || gallery.queryError.value !== null ? <Outcome /> : <AuditOutcome />}
      <Refused />
      <Doing />
    </div>
  );
}

function Doing() {
  const { gallery } = useView();
  const audit = useContext(AuditContext);
  if (audit !== null && audit.table.doing.value !== null) return <AuditDoing />;
  return gallery.busyWith.value === null ? <MapDoing /> : <GalleryDoing />;
}
