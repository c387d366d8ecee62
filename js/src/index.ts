/** Shared bundle: every widget's view, by name. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { showAuditTable } from "./audit_table/view";
import { showCompareExplorer } from "./compare_explorer/view";
import { showCompareGallery } from "./compare_gallery/view";
import { showCompareMap } from "./compare_map/view";
import { showConceptMap } from "./concept_map/view";
import { showExplorer } from "./explorer/view";
import { adapted } from "./kernel/adapter";
import type { Channel } from "./kernel/channel";
import { keepHearing } from "./kernel/host/hearing";
import { referredModel } from "./kernel/host/models";
import { addStyles } from "./kernel/host/styles";
import { sharedChannel } from "./kernel/store";
import { showGallery } from "./neuron_gallery/view";
import { withResults } from "./parts";
import { showPicture } from "./picture";
import { drawVisibly } from "./ui/visible";

drawVisibly();

/** Only a map shows all layers at once. */
const oneLayer = (layer: string) => layer !== "";

const views = {
  audit_table: (props: RenderProps, channel: Channel) => showAuditTable(adapted(props, channel, oneLayer)),
  card_view: (props: RenderProps, channel: Channel, version: string) =>
    withResults(props, channel, version, ({ showCardView }) =>
      showCardView(adapted(props, channel, oneLayer)),
    ),
  compare_explorer: (props: RenderProps, channel: Channel) => showCompareExplorer(adapted(props, channel)),
  compare_gallery: (props: RenderProps, channel: Channel) => showCompareGallery(adapted(props, channel)),
  compare_map: (props: RenderProps, channel: Channel) =>
    showCompareMap(adapted(props, channel, (layer) => layer === "")),
  concept_map: (props: RenderProps, channel: Channel) => showConceptMap(adapted(props, channel)),
  explorer: (props: RenderProps, channel: Channel) => showExplorer(adapted(props, channel, oneLayer)),
  knowledge_view: (props: RenderProps, channel: Channel, version: string) =>
    withResults(props, channel, version, ({ showKnowledgeView }) =>
      showKnowledgeView(adapted(props, channel, oneLayer)),
    ),
  neuron_gallery: (props: RenderProps, channel: Channel) => showGallery(adapted(props, channel, oneLayer)),
};

export async function render(view: string, props: RenderProps, bundle: AnyModel): Promise<void> {
  const show = views[view as keyof typeof views];
  if (show === undefined) throw new Error(`the bundle has no view ${view}`);
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
  else await show(props, channel, version);
}
