/** Views of results: the part of the browser side that is loaded when a card or a treemap is first shown. */
export { showCardView } from "./card_view/view";
export { showKnowledgeView } from "./knowledge_view/view";
