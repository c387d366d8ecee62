/** Part of the browser side with the graph of a class. */
import { showConceptGraph } from "../concept_graph/view";
import { adapted, oneLayer } from "../kernel/adapter";
import { provide } from "../on_demand";

provide({ concept_graph: (props, channel) => showConceptGraph(adapted(props, channel, oneLayer)) });
