/** Shared bundle: every widget's view, by name. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { renderAuditTable } from "./audit_table";
import { renderConceptMap } from "./concept_map";
import { renderExplorer } from "./explorer";
import { keepHearing } from "./kernel/hearing";
import { referredModel } from "./kernel/models";
import { sharedChannel } from "./kernel/store";
import { addStyles } from "./kernel/styles";
import { renderNeuronGallery } from "./neuron_gallery";
import { showPicture } from "./picture";

const views = {
  audit_table: renderAuditTable,
  concept_map: renderConceptMap,
  explorer: renderExplorer,
  neuron_gallery: renderNeuronGallery,
};

export async function render(view: string, props: RenderProps, bundle: AnyModel): Promise<void> {
  const show = views[view as keyof typeof views];
  if (show === undefined) throw new Error(`the bundle has no view ${view}`);
  addStyles(props.el, bundle);
  // Some hosts know the view's model by another id; the widget is shown nevertheless.
  referredModel(props.model, "_view_id").then(keepHearing).catch(console.debug);
  const line = await referredModel(props.model, "_channel");
  await keepHearing(line);
  const channel = sharedChannel(line);
  if (props.signal.aborted) return;
  const picture = props.model.get("_picture");
  if (channel.gone && picture) showPicture(props.el, picture, props.signal);
  else show(props, channel);
}
