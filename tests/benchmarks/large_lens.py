"""A lens of any number of components without a model: the fakes' pictures and words around drawn embeddings."""

from dataclasses import replace

import torch

from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.lens import Lens
from tests.fakes import CATEGORIES, DIM, WordModel, fake_database

K = 2
THEMES = 40


def large_lens(n_components: int, dim: int = DIM) -> Lens:
    """One layer of `n_components` in forty themes; every component has two examples.

    Texts can be asked for in the fakes' own space alone, not in one of other dimensions.
    """
    small = fake_database(len(CATEGORIES), ["bn1"])
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(*shape, generator=generator)  # noqa: E731
    theme = torch.randint(THEMES, (n_components,), generator=generator)
    embeddings = torch.nn.functional.normalize(draw(THEMES, dim)[theme] + 0.5 * draw(n_components, dim))
    rows = torch.randint(len(small.samples.ids), (n_components, K), generator=generator)
    share = torch.rand(n_components, generator=generator)
    examples = replace(
        small.examples["bn1"],
        sample_ids=small.samples.ids[rows],
        scores=torch.ones(n_components, K),
        positions=torch.zeros(n_components, K, dtype=torch.int32),
        mean=share,
        variance=share,
        maximum=torch.ones(n_components),
        firing_rate=share,
    )
    samples = replace(small.samples, embeddings=draw(len(small.samples.ids), dim))
    database = ConceptDatabase({"bn1": examples}, {"bn1": embeddings}, samples, small.provenance)
    return Lens(database, foundation_model=WordModel() if dim == DIM else None)
