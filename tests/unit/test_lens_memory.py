"""A lens in a long session: what later results replace leaves memory."""

import gc
import weakref

import pytest

from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.relevances import auditor
from semanticlens_widgets.widgets import Explorer
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor

REQUIREMENTS = {"red": {"valid": ["red"], "spurious": ["green"]}}


@pytest.fixture
def lens() -> Lens:
    return Lens.build(
        ColourModel(),
        as_images(pictures(), labels=labels()),
        ["eye", "head"],
        foundation_model=ColourSpace(),
        k=3,
        transform=to_tensor,
        progress=False,
        classes=["red", "green", "blue"],
    )


def test_of_three_attributions_the_last_auditor_and_relevance_alone_stay(lens):
    auditors, relevances = weakref.WeakSet(), weakref.WeakSet()
    for _ in range(3):
        lens.attribute(layer=["eye"], progress=False)
        lens.audit(REQUIREMENTS, layer="eye")
        auditors.add(auditor(lens._session, "eye"))
        relevances.add(lens.relevance("eye"))
        gc.collect()
        assert (len(auditors), len(relevances)) == (1, 1)


def test_an_auditor_of_another_layer_holds_no_old_relevance(lens):
    lens.attribute(progress=False)
    old = weakref.ref(lens.relevance("eye"))
    lens.audit(REQUIREMENTS, layer="head")
    lens.attribute(layer=["eye"], progress=False)
    gc.collect()
    assert old() is None


@pytest.mark.slow  # 500 rounds
def test_requests_and_traits_leave_no_more_objects_after_many_rounds(lens):
    lens.attribute(progress=False)
    view = Explorer(lens, requirements=REQUIREMENTS)

    def ask(n: int) -> None:
        query = f"red {n}"
        view.query, view.threshold = query, 1 + n / 1000
        view._session.channel.answer(
            "rank", {"layer": "eye", "query": query, "sort": "alignment", "descending": True}
        )
        view._session.channel.answer(
            "encoding", {"layers": ["eye", "head"], "encoding": "alignment", "query": query}
        )
        view.layer = ["eye", "head"][n % 2]
        assert len(view.audit.table) > 0

    for n in range(150):
        ask(n)
    gc.collect()
    before, kept = len(gc.get_objects()), len(lens._session.memo)
    for n in range(150, 500):
        ask(n)
    gc.collect()
    assert len(lens._session.memo) <= kept + 2
    assert len(gc.get_objects()) < before + 500
    view.close()
