import warnings

import pytest


@pytest.fixture(scope="session")
def umap():
    """umap-learn, imported without the word it has about TensorFlow."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import umap.umap_
    return umap
