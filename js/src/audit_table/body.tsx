/** Body of the audit table: headline, concepts and rows of the class; details of one neuron beside or over them. */
import { useRef } from "preact/hooks";
import type { ClassAudit } from "../audits/class_audit";
import { NoLayers } from "../neurons/layer_menu";
import { useNarrowFocus } from "../ui/state/narrow_focus";
import { AblationBar } from "./ablation/ablation_bar";
import { BeforeLine } from "./before_line";
import { ConceptLists } from "./concepts/concept_lists";
import { useView } from "./context";
import { Loading, NoClasses, NoModel, NoSamples, NotAudited, NotComputed } from "./empty";
import { Headline } from "./headline";
import { Overview } from "./overview/overview";
import { Detail } from "./rows/detail";
import { Rows } from "./rows/rows";

export function Body() {
  const { table } = useView();
  const known = table.classes.known.value;
  const audit = table.audit.value;
  if (table.traits.layers.value.length === 0) return <NoLayers />;
  if (known === null) return table.classes.waiting.value ? <Loading /> : <NotAudited />;
  if (known.state === "missing") return <NotComputed />;
  if (known.state === "no_model") return <NoModel />;
  if (known.classes.length === 0) return <NoClasses />;
  if (table.overview.value) return <Overview />;
  if (audit !== null) return <Audited audit={audit} />;
  if (table.current.waiting.value) return <Loading />;
  // With an error too: the concepts may be its cause, and have to stay editable.
  return (
    <>
      <ConceptLists />
      <NotAudited />
    </>
  );
}

function Audited({ audit }: { audit: ClassAudit }) {
  const { table, focusRows } = useView();
  const body = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLElement>(null);
  const opened = table.opened.current.value;
  useNarrowFocus(body, pane, opened !== null, focusRows);
  if (audit.n_samples === 0) return <NoSamples className={audit.className} />;
  return (
    <>
      <Headline audit={audit} />
      <BeforeLine audit={audit} />
      <ConceptLists />
      <AblationBar audit={audit} />
      <div ref={body} class={`slw-body slw-audit-body${table.current.waiting.value ? " slw-waiting" : ""}`}>
        <div class="slw-progress" aria-hidden="true" />
        <Rows audit={audit} />
        {opened !== null && <Detail opened={opened} audit={audit} pane={pane} />}
      </div>
    </>
  );
}
