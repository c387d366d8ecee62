"""Maps: components with similar concepts lie side by side.

    embeddings --> _stack_layers --> _pca (at once) --> _neighbours --> _umap (umap-learn) --> _regions (HDBSCAN)

More than 30,000 rows look for their neighbours in groups (`_grouped`). `_project` does it in this process,
`_background` gives the PCA at once and runs the rest in the child of `_layout_process`, whose main is `_layout_worker`.
`_projection` is the result, `_clusters` describes its dense regions, `_out_of_sample` puts probes and further layers on
it, `_storage` turns it into tensors. Knows neither model nor notebook. Names are imported on first use, so that the
child process starts without torch.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semanticlens_widgets.projection._background import ProjectionTask as ProjectionTask
    from semanticlens_widgets.projection._background import project_in_background as project_in_background
    from semanticlens_widgets.projection._clusters import Cluster as Cluster
    from semanticlens_widgets.projection._clusters import Clusters as Clusters
    from semanticlens_widgets.projection._clusters import clusters as clusters
    from semanticlens_widgets.projection._neighbours import nearest_rows as nearest_rows
    from semanticlens_widgets.projection._out_of_sample import place_vectors as place_vectors
    from semanticlens_widgets.projection._project import project as project
    from semanticlens_widgets.projection._projection import Projection as Projection
    from semanticlens_widgets.projection._storage import projection_from_tensors as projection_from_tensors
    from semanticlens_widgets.projection._storage import projection_to_tensors as projection_to_tensors

_HOMES = {
    "_background": ["ProjectionTask", "project_in_background"],
    "_clusters": ["Cluster", "Clusters", "clusters"],
    "_neighbours": ["nearest_rows"],
    "_out_of_sample": ["place_vectors"],
    "_project": ["project"],
    "_projection": ["Projection"],
    "_storage": ["projection_from_tensors", "projection_to_tensors"],
}


def __getattr__(name: str) -> Any:
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
