/** Part of the browser side with the views of comparisons. */
import { showCompareExplorer } from "../compare_explorer/view";
import { showCompareGallery } from "../compare_gallery/view";
import { showCompareMap } from "../compare_map/view";
import { adapted } from "../kernel/adapter";
import { provide } from "../on_demand";

provide({
  compare_explorer: (props, channel) => showCompareExplorer(adapted(props, channel)),
  compare_gallery: (props, channel) => showCompareGallery(adapted(props, channel)),
  compare_map: (props, channel) => showCompareMap(adapted(props, channel, (layer) => layer === "")),
});
