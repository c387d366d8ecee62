/** Part of the browser side with the views of results: a card, the graph of a class, knowledge, and one prediction. */
import { showCardView } from "../card_view/view";
import { showConceptGraph } from "../concept_graph/view";
import { adapted, oneLayer } from "../kernel/adapter";
import { showKnowledgeView } from "../knowledge_view/view";
import { provide } from "../on_demand";
import { showPredictionView } from "../prediction_view/view";

provide({
  card_view: (props, channel) => showCardView(adapted(props, channel, oneLayer)),
  concept_graph: (props, channel) => showConceptGraph(adapted(props, channel, oneLayer)),
  knowledge_view: (props, channel) => showKnowledgeView(adapted(props, channel, oneLayer)),
  prediction_view: (props, channel) => showPredictionView(adapted(props, channel, oneLayer)),
});
