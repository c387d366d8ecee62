/** View of the audit table: assembles its parts and releases them when the signal aborts. */

import { render } from "preact";
import type { AuditTableTraits } from "../generated/traits";
import type { Link } from "../kernel/link";
import type { Kernel, State } from "../kernel/types";
import { ExamplePictures } from "../neurons/pictures/example_pictures";
import { databasePictures } from "../neurons/pictures/neuron_pictures";
import { Messages } from "../ui/failures/messages";
import { px } from "../ui/format";
import { keepFromNotebook } from "../ui/keys";
import { Body } from "./body";
import { auditView, type View, ViewContext } from "./context";
import { samplePictures } from "./state/sample_pictures";
import { AuditTable } from "./state/state";
import { Footer, LiveRegion, StatusLine } from "./status_line";
import { Toolbar } from "./toolbar";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "./audit_table.css";

interface AuditViewOptions {
  el: HTMLElement;
  kernel: Kernel;
  model: State<AuditTableTraits>;
  link?: Link;
  signal: AbortSignal;
}

let views = 0;

/** Draws an audit table into `el` until `signal` aborts. */
export function showAuditTable({ el, kernel, signal, ...rest }: AuditViewOptions): AuditTable {
  const table = new AuditTable({ kernel, signal, ...rest });
  const onFailure = (error: unknown) => table.failures.missing("Some pictures could not be loaded", error);
  const stores = databasePictures(kernel, signal, onFailure);
  const examples = new ExamplePictures(kernel, signal, stores, onFailure);
  const samples = samplePictures(kernel, signal, onFailure);
  views += 1;
  const id = `slw-audit${views}-`;
  render(<Root {...auditView({ table, examples, samples, id, widget: "AuditTable" }, el)} />, el);
  signal.addEventListener("abort", () => render(null, el));
  return table;
}

function Root(view: View) {
  const { table } = view;
  return (
    <ViewContext.Provider value={view}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the surrounding notebook. */}
      <div
        class="slw slw-audit"
        style={{ height: px(table.traits.height.value) }}
        onKeyDown={(event) => keepFromNotebook(event, view.focusClasses)}
      >
        <Toolbar />
        <StatusLine />
        <Messages status={table.status.value} failures={table.failures} />
        <Body />
        <Footer />
        <LiveRegion />
      </div>
    </ViewContext.Provider>
  );
}
