"""The names that users write."""

import inspect

import pytest

import semanticlens_widgets as slw

NAMES = {
    "Audit",
    "AuditTable",
    "CardView",
    "CompareGallery",
    "CompareMap",
    "Comparison",
    "ConSE",
    "ConceptDatabase",
    "ConceptExamples",
    "ConceptGraph",
    "ConceptMap",
    "Explorer",
    "FoundationModel",
    "Images",
    "KnowledgeView",
    "Latents",
    "Layout",
    "Lens",
    "NeuronGallery",
    "OpenCLIP",
    "PredictionView",
    "Provenance",
    "RayExecutor",
    "Relevance",
    "Requirement",
    "Samples",
    "Workers",
    "as_images",
    "assert_audit",
    "assert_no_lost",
    "compare",
    "demo",
    "layer_names",
    "learn_dictionary",
    "requirements",
}


def test_the_public_names_are_these_and_no_others():
    assert set(slw.__all__) == NAMES
    assert set(dir(slw)) == NAMES | {"open"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_public_name_has_a_docstring(name):
    assert inspect.getdoc(getattr(slw, name))


def test_open_is_the_lens_class_method_but_star_import_keeps_the_built_in():
    assert slw.open == slw.Lens.open
    assert "open" not in slw.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'Lenz'"):
        slw.Lenz  # noqa: B018


def test_version_is_that_of_the_package():
    assert slw.__version__.count(".") == 2
