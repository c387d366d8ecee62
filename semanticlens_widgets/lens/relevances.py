"""Relevance of a lens's components, computed when it is needed, and the auditors that rest on it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from semanticlens_widgets import analysis
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.analysis.audits.requirements import check_classes_exist
from semanticlens_widgets.concepts import ConceptDatabase, EmbeddedExamples, Relevance
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import FUNCTION, Output, check_output_choice, identity_of
from semanticlens_widgets.lens.probes import probes
from semanticlens_widgets.lens.session import AuditorKey, ClassExamplesKey, Session
from semanticlens_widgets.lens.vocabularies import calibrations
from semanticlens_widgets.passes import Report
from semanticlens_widgets.pipeline import attribute_database, class_examples, known_classes


def of_output(database: ConceptDatabase, output: Output | None) -> tuple[ConceptDatabase, Output | None]:
    """The database without the relevance of other outputs, which draws a warning, and the output that is meant.

    That is the one of the saved relevance where `output` is None; a function has to be passed again.
    """
    saved = {each.output for each in database.relevance.values()} - {None}
    if output is None:
        return database, next((each for each in saved if not str(each).startswith(FUNCTION)), None)
    wanted = identity_of(output)
    kept = {layer: each for layer, each in database.relevance.items() if each.output == wanted}
    if len(kept) < len(database.relevance):
        others = ", ".join(sorted({f"output={each!r}" for each in saved - {wanted}})) or "no output="
        warn_user(
            f"the relevance that the lens was saved with is of {others} and is left out, because output= is another "
            "one now: attribute again with lens.attribute(), or leave output= out"
        )
    return replace(database, relevance=kept), output


def attribute(
    session: Session,
    layers: Sequence[str],
    *,
    output: Output | None = None,
    **options: Any,
) -> None:
    """Computes the relevance of layers, drops what rested on an earlier one, and notifies the subscribers.

    For the options see `pipeline.attribute_database`.
    """
    check_output_choice(output)
    studied, images = session.with_model(), session.with_images()
    if output is not None:
        studied = session.studied = replace(studied, output=output)
    with session.running:
        found = attribute_database(session.database, studied, images, layers=layers, **options)
    session.learn(found)


def relevance_of(session: Session, layer: str, *, progress: bool = True) -> Relevance:
    """The relevance of a layer, attributed when first asked for; ValueError where that cannot be done."""
    if layer not in session.database.relevance:
        if not session.can_attribute:
            known = ", ".join(f"layer={name!r}" for name in session.database.relevance)
            raise ValueError(
                f"the relevance of layer {layer!r} is not known, and computing it needs the model and its images; "
                "pass both: Lens.open(path, model=model, images=images)"
                + (f", or ask for what is known: {known}" if known else "")
            )
        attribute(session, [layer], progress=progress)
    return session.database.relevance[layer]


def check_class_names(session: Session, layer: str, requirements: Sequence[analysis.Requirement]) -> None:
    """Raises ValueError for classes that do not exist, all at once and before the layer has to be attributed."""
    known = session.database.relevance.get(layer)
    named = [one.class_name for one in requirements]
    if known is not None:
        check_classes_exist(named, known.classes)
    elif session.can_attribute and any(name is not None for name in named):
        with session.running:
            classes = known_classes(session.with_model(), session.with_images())
        check_classes_exist(named, classes)


def auditor(
    session: Session, layer: str, templates: Sequence[str] | None = None, within_class: bool = False
) -> analysis.Auditor:
    """The auditor of a layer: it keeps answers to concepts, and is made anew for another relevance.

    Raises ValueError where examples within classes need the model or the images and they are not at hand.
    """
    if within_class:
        session.with_model()
        session.with_images()
    relevance_of(session, layer)

    def make() -> analysis.Auditor:
        return analysis.Auditor(
            session.database,
            relevance_of(session, layer),
            lambda queries: probes(session, queries, layer, templates),
            lambda: calibrations(session, templates)[layer],
            partial(class_examples_of, session, layer) if within_class else None,
            source_of(session.images),
            templates,
        )

    return session.memo.get(AuditorKey(layer, tuple(templates or ()), within_class), make)


def class_examples_of(
    session: Session, layer: str, class_name: str, report: Report | None = None
) -> EmbeddedExamples | None:
    """The examples of a layer's components within a class, embedded when first asked for; None for too few samples.

    Raises ValueError without the model or the images.
    """
    studied, images = session.with_model(), session.with_images()
    # Both take the session's lock, whose holder may wait for these examples.
    relevance, foundation_model = relevance_of(session, layer), session.foundation_model

    def make() -> tuple[EmbeddedExamples | None]:
        with session.running:
            return (
                class_examples(
                    session.database, relevance, class_name, studied, images, foundation_model, report
                ),
            )

    return session.memo.get(ClassExamplesKey(layer, class_name), make)[0]


def source_of(images: Images | None) -> str:
    """The source of the images in words, with the last part of a path alone: "522 images in 'photos'"; "" for None."""
    if images is None:
        return ""
    if type(images).__repr__ is object.__repr__:
        return f"{len(images):,} images of {type(images).__name__}"
    return re.sub(r"[^'\"]*[/\\]([^'\"/\\])", r"\1", repr(images).strip("<>"))
