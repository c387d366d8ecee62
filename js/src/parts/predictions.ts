/** Part of the browser side with the view of one prediction. */
import { adapted, oneLayer } from "../kernel/adapter";
import { provide } from "../on_demand";
import { showPredictionView } from "../prediction_view/view";

provide({
  prediction_view: (props, channel) => showPredictionView(adapted(props, channel, oneLayer)),
});
