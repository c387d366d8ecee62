/** Part of the browser side with the views of results: a card, and knowledge. */
import { showCardView } from "../card_view/view";
import { adapted, oneLayer } from "../kernel/adapter";
import { showKnowledgeView } from "../knowledge_view/view";
import { provide } from "../on_demand";

provide({
  card_view: (props, channel) => showCardView(adapted(props, channel, oneLayer)),
  knowledge_view: (props, channel) => showKnowledgeView(adapted(props, channel, oneLayer)),
});
