"""The words that a page can be asked for: their directions, and where on each map they lie."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis import read_query
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.probes import probe
from semanticlens_widgets.projection import place_vectors
from semanticlens_widgets.widgets.answers.labels.labels import Vocabulary
from semanticlens_widgets.widgets.answers.neurons.rankings import RankQuery
from semanticlens_widgets.widgets.page.lens import Keeper, halves


def kept_words(
    keeper: Keeper, vocabulary: Vocabulary, shown: RankQuery, maps: Sequence[Sequence[str]], method: str
) -> dict[str, Any]:
    """The words of a vocabulary and of the query that is shown, and the unrelated ones that answers are measured by.

    A word takes a byte a dimension, which is off by at most half a percent of its largest number.
    """
    embedded = keeper.session.labeller.embedded(vocabulary, keeper.report)
    own = _own_texts(shown, embedded.texts)
    vectors = [probe(keeper.lens._session, f'"{text}"').vector for text in own]
    directions = torch.cat([embedded.directions, *(vector.unsqueeze(0) for vector in vectors)])
    whole, scale = _bytes(directions)
    return {
        "texts": [*embedded.texts, *own],
        "dim": directions.shape[1],
        "vectors": keeper.columns.add(whole),
        "scales": keeper.columns.add(scale),
        "caveats": _caveats(keeper.lens, [*embedded.texts, *own]),
        "unrelated": keeper.columns.add(halves(embedded.unrelated.numpy())),
        "places": [_places(keeper, directions, layers, method) for layers in maps],
    }


def kept_image(keeper: Keeper, shown: RankQuery) -> dict[str, Any] | None:
    """The direction, pictures and file names of the image query that is shown; None without one."""
    if not shown.query_image:
        return None
    images = list(keeper.session.images.get(shown.query_image))
    vector = probe(keeper.lens._session, images).vector
    return {
        "handle": shown.query_image,
        "vector": keeper.columns.add(halves(vector.numpy())),
        "picture": keeper.kept("query_picture", handle=shown.query_image),
    }


def _caveats(lens: Lens, texts: Sequence[str]) -> dict[int, str]:
    """By row: the caveat of a text that the foundation model is blind to."""
    sentences = map(lens._session.caveat_of, texts)
    return {row: sentence for row, sentence in enumerate(sentences) if sentence}


def _own_texts(shown: RankQuery, known: Sequence[str]) -> list[str]:
    if not shown.query.strip():
        return []
    try:
        terms = read_query(shown.query).terms
    except ValueError:  # it is still being typed
        return []
    texts = dict.fromkeys(term.text for term in terms if term.kind == "text")
    return [text for text in texts if text not in set(known)]


def _bytes(directions: Float[Tensor, "word dim"]) -> tuple[bytes, bytes]:
    """Whole numbers from -127 to 127, and by what each row is to be multiplied."""
    scale = (directions.abs().amax(1, keepdim=True) / 127).clamp(min=torch.finfo(torch.float32).tiny)
    whole = (directions / scale).round().to(torch.int8)
    return whole.numpy().tobytes(), scale.flatten().numpy().astype("<f4").tobytes()


def _places(
    keeper: Keeper, directions: Float[Tensor, "word dim"], layers: Sequence[str], method: str
) -> list[int]:
    """x and y of every word on one map, NaN for none."""
    projection = keeper.session.layouts.task(layers, method).now.projection
    found = place_vectors(projection, directions, by="neighbours").numpy()
    return keeper.columns.add(np.ascontiguousarray(found, dtype="<f4").tobytes())
