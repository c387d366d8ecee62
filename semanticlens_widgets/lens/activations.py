"""Activations that are kept: the scores of all images, for comparisons without the model and for percentiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from semanticlens_widgets.collection import KeptScores, Scored, keep_scores
from semanticlens_widgets.layers import model_fingerprint
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.lens.session import Session
from semanticlens_widgets.passes import Entry
from semanticlens_widgets.pipeline import COLLECTING


@dataclass(frozen=True)
class KeptKey(Key[KeptScores]):
    """The kept scores of a layer as read from the cache; of a large layer they are hundreds of megabytes."""

    kept = 1
    layer: str


def scored(session: Session, layer: str) -> Scored:
    """A layer, and the way in which its outputs become scores; ValueError without the model."""
    studied, examples = session.with_model(), session.database.examples[layer]
    pooling = session.database.provenance.pooling.get(layer, "max")
    of = studied.layer(layer)
    return Scored(studied.model, studied.transform, of, pooling, examples.sign, examples.mean)


def keep(session: Session, layers: Sequence[str], *, progress: bool = True) -> None:
    """Keeps the scores of layers that are not kept yet, in the cache if there is one; see `Lens.keep_activations`."""
    missing = [layer for layer in layers if kept(session, layer) is None]
    if not missing:
        return
    studied, images = session.with_model(), session.with_images()
    if model_fingerprint(studied.model) != session.database.provenance.model_fingerprint:
        raise ValueError(
            "the model must have the weights that the lens was built with, and they changed since; build a lens of the "
            "model as it is now"
        )
    deviations = [session.database.examples[layer].variance.sqrt() for layer in missing]
    with session.running:
        found = keep_scores(
            [scored(session, layer) for layer in missing], deviations, images, progress=progress
        )
    for layer, one in zip(missing, found, strict=True):
        tensors = {"sample_ids": one.sample_ids, "deviations": one.deviations, "scale": one.scale}
        entry = _entry(session, layer)
        if entry is None or not entry.save(tensors, {}):
            session.kept_scores[layer] = one


def kept(session: Session, layer: str) -> KeptScores | None:
    """The kept scores of a layer; None if there are none."""
    found = session.kept_scores.get(layer) or session.memo.peek(KeptKey(layer))
    entry = _entry(session, layer)
    if found is not None or entry is None:
        return found
    stored = entry.load()
    return session.memo.put(KeptKey(layer), KeptScores(**stored[0])) if stored else None


def _entry(session: Session, layer: str) -> Entry | None:
    made, latents = session.database.provenance, session.database.latents.get(layer)
    return session.cache.entry(
        "activations",
        COLLECTING,
        made.model_fingerprint,
        made.model_behaviour,
        made.images_fingerprint,
        made.preprocessing_fingerprint,
        layer,
        latents and list(latents.fingerprint),
        made.pooling.get(layer, "max"),
        made.sign,
        dict(made.layouts.get(layer, {})),
    )
