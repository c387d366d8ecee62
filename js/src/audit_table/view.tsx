/** View of the audit table: assembles its parts and releases them when the signal aborts. */

import type { AuditTableTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Frame } from "../neurons/frame";
import { viewPictures } from "../neurons/pictures/example_pictures";
import { draw } from "../ui/view_context";
import { Body } from "./body";
import { auditView, type View, ViewContext } from "./context";
import { samplePictures } from "./state/sample_pictures";
import { AuditTable } from "./state/state";
import { KEYS } from "./state/words";
import { Footer, LiveRegion, StatusLine } from "./status_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "./audit_table.css";

let views = 0;

/** Draws an audit table into `el` until `signal` aborts. */
export function showAuditTable({ el, kernel, signal, ...rest }: ViewProps<AuditTableTraits>): AuditTable {
  const table = new AuditTable({ kernel, signal, ...rest });
  const { examples, onFailure } = viewPictures(kernel, signal, table.failures);
  const samples = samplePictures(kernel, signal, onFailure);
  views += 1;
  const given = { table, examples: examples(), samples, id: `slw-audit${views}-`, widget: "AuditTable" };
  draw(<Root {...auditView(given, el)} />, el, signal);
  return table;
}

function Root(view: View) {
  return (
    <ViewContext.Provider value={view}>
      <Frame
        shown={view.table}
        also="slw-audit slw-fits"
        keys={{ "In the table": KEYS }}
        focusSearch={view.focusClasses}
        head={
          <>
            <Toolbar />
            <StatusLine />
          </>
        }
      >
        <Body />
        <Footer />
        <LiveRegion />
      </Frame>
    </ViewContext.Provider>
  );
}
