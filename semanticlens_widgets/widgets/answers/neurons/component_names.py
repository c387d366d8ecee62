"""Components by their names."""

from collections.abc import Iterable

from semanticlens_widgets.concepts import ConceptDatabase


def component_names(database: ConceptDatabase, names: Iterable[str], layer: str) -> list[str]:
    """The full name of every component, once each: 'layer4:12' for 'layer4:12', and for '12' or '#12' of `layer`.

    With "" for `layer` a number alone names no component. Raises LayerNotFoundError for an unknown layer and
    ValueError for an unknown component.
    """
    return list(dict.fromkeys(_full_name(database, name, layer) for name in names))


def _full_name(database: ConceptDatabase, name: str, layer: str) -> str:
    before, colon, after = name.rpartition(":")
    if not colon and not layer:
        raise ValueError(
            f"{name!r} is in which layer? write '{database.layers[0]}:{after.removeprefix('#')}'"
        )
    examples = database.examples[database.layer_name(before if colon else layer)]
    return examples.name(examples.component(after.removeprefix("#")))
