"""The clusters of a map as a table, with the names that its widgets show."""

from collections.abc import Sequence

import pandas as pd

from semanticlens_widgets.widgets.answers.map.cluster_captions import component_name
from semanticlens_widgets.widgets.answers.map.layouts import Layouts


def clusters_table(layouts: Layouts, layers: Sequence[str], method: str) -> pd.DataFrame:
    """Returns one row a cluster, the largest first; for the columns see `ConceptMap.clusters`. Waits for the layout."""
    layout = layouts.task(layers, method, anew=True).finish()
    found = [] if layout.clusters is None else layout.clusters.clusters
    return pd.DataFrame(
        {
            "name": [caption.name.text for caption in layout.captions],
            "agreement": [caption.name.agreement for caption in layout.captions],
            "elsewhere": [caption.name.elsewhere for caption in layout.captions],
            "chance_percentile": [caption.name.chance_percentile for caption in layout.captions],
            "runner_up": [caption.name.runner_up for caption in layout.captions],
            "is_close": [caption.name.is_close for caption in layout.captions],
            "size": [cluster.size for cluster in found],
            "central": [caption.central for caption in layout.captions],
            "components": [
                [component_name(layouts.mapped, layout.projection, row) for row in cluster.members.tolist()]
                for cluster in found
            ],
        }
    )
