/** Shared bundle: every widget's view, by name. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { showAuditTable } from "./audit_table/view";
import { showConceptMap } from "./concept_map/view";
import { showExplorer } from "./explorer/view";
import { adapted, oneLayer } from "./kernel/adapter";
import { keepHearing } from "./kernel/host/hearing";
import { referredModel } from "./kernel/host/models";
import { addStyles } from "./kernel/host/styles";
import { sharedChannel } from "./kernel/store";
import { showGallery } from "./neuron_gallery/view";
import { type Show, showOnDemand } from "./on_demand";
import { showPicture } from "./picture";
import { drawVisibly } from "./ui/visible";

drawVisibly();

const views: Record<string, Show> = {
  audit_table: (props, channel) => showAuditTable(adapted(props, channel, oneLayer)),
  concept_map: (props, channel) => showConceptMap(adapted(props, channel)),
  explorer: (props, channel) => showExplorer(adapted(props, channel, oneLayer)),
  neuron_gallery: (props, channel) => showGallery(adapted(props, channel, oneLayer)),
};

export async function render(view: string, props: RenderProps, bundle: AnyModel): Promise<void> {
  const version = String(bundle.get("version"));
  addStyles(props.el, version, String(bundle.get("css")));
  // Some hosts know the view's model by another id; the widget is shown nevertheless.
  referredModel(props.model, "_view_id").then(keepHearing).catch(console.debug);
  const line = await referredModel(props.model, "_channel");
  await keepHearing(line);
  const channel = sharedChannel(line);
  if (props.signal.aborted) return;
  const picture = props.model.get("_picture");
  if (channel.gone && picture) showPicture(props.el, picture, props.signal);
  else if (views[view] === undefined) await showOnDemand(view, props, channel, version);
  else views[view](props, channel);
}
