"""Maps: components with similar concepts lie side by side.

    embeddings --> _stack_layers --> _pca (at once) --> _neighbours --> _umap (umap-learn) --> _regions (HDBSCAN)

`_project` does it in this process, `_background` gives the PCA at once and runs the rest in the child of
`_layout_process`, whose main is `_layout_worker`. `_projection` is the result, `_clusters` describes its dense regions,
`_out_of_sample` puts probes and further layers on it, `_storage` turns it into tensors. Knows neither model nor
notebook. Names are imported on first use, so that the child process starts without torch.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semanticlens_widgets.projection._background import ProjectionTask, project_in_background
    from semanticlens_widgets.projection._clusters import Cluster, Clusters, clusters
    from semanticlens_widgets.projection._neighbours import nearest_rows
    from semanticlens_widgets.projection._out_of_sample import place_vectors
    from semanticlens_widgets.projection._project import project
    from semanticlens_widgets.projection._projection import Projection
    from semanticlens_widgets.projection._storage import (
        projection_from_tensors,
        projection_key,
        projection_to_tensors,
    )

_HOMES = {
    "Cluster": "_clusters",
    "Clusters": "_clusters",
    "Projection": "_projection",
    "ProjectionTask": "_background",
    "clusters": "_clusters",
    "nearest_rows": "_neighbours",
    "place_vectors": "_out_of_sample",
    "project": "_project",
    "project_in_background": "_background",
    "projection_from_tensors": "_storage",
    "projection_key": "_storage",
    "projection_to_tensors": "_storage",
}

__all__ = [
    "Cluster",
    "Clusters",
    "Projection",
    "ProjectionTask",
    "clusters",
    "nearest_rows",
    "place_vectors",
    "project",
    "project_in_background",
    "projection_from_tensors",
    "projection_key",
    "projection_to_tensors",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
