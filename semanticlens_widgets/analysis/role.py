"""What a component is good for: the classes that it serves."""

import pandas as pd

from semanticlens_widgets.concepts import Relevance


def served_classes(relevance: Relevance, component: int) -> pd.DataFrame:
    """A row a class that has samples, those first to whose outputs the component (a column of `relevance`) adds most.

    Columns: class; relevance (the mean over the class's samples) and maximum; share (of the class's positive relevance
    that is this component's, 0 to 1); n_samples.
    """
    table = pd.DataFrame(
        {
            "class": relevance.classes,
            "relevance": relevance.mean[:, component].numpy(),
            "maximum": relevance.maximum[:, component].numpy(),
            "share": relevance.share[:, component].numpy(),
            "n_samples": relevance.n_samples.numpy(),
        }
    )
    table = table[table["n_samples"] > 0]
    return table.sort_values("relevance", ascending=False, kind="stable", ignore_index=True)
