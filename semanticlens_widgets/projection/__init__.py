"""Maps: components that are found for the same things lie side by side.

    embeddings --> _rows --> _pca (at once) --> _nearest --> _memberships --> _umap (umap-learn) --> Projection

`project` does it all; `project_in_background` gives the PCA at once and the UMAP when it is ready; `place` puts
probes and further layers on the map; `clusters` finds its dense regions. Knows neither model nor notebook.
"""

from semanticlens_widgets.projection._background import ProjectionTask, project_in_background
from semanticlens_widgets.projection._clusters import Cluster, Clusters, clusters
from semanticlens_widgets.projection._nearest import nearest_rows
from semanticlens_widgets.projection._out_of_sample import place
from semanticlens_widgets.projection._project import project
from semanticlens_widgets.projection._projection import Projection
from semanticlens_widgets.projection._storage import (
    projection_from_tensors,
    projection_key,
    projection_to_tensors,
)

__all__ = [
    "Cluster",
    "Clusters",
    "Projection",
    "ProjectionTask",
    "clusters",
    "nearest_rows",
    "place",
    "project",
    "project_in_background",
    "projection_from_tensors",
    "projection_key",
    "projection_to_tensors",
]
