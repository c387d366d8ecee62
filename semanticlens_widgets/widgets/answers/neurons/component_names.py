"""Components by their names or indices."""

from collections.abc import Iterable

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.concepts import ConceptDatabase


def component_names(database: ConceptDatabase, names: Iterable[str], layer: str) -> list[str]:
    """The full name of every component, once each: 'layer4:12' for 'layer4:12', and for '12' or '#12' of `layer`.

    With "" for `layer` a number alone names no component. Raises LayerNotFoundError for an unknown layer and
    ValueError for an unknown component.
    """
    return list(dict.fromkeys(_full_name(database, name, layer) for name in names))


def checked_index(component: object, n: int) -> int:
    """Returns the index of a component; raises ValueError unless it is one of `n`."""
    if isinstance(component, bool) or not isinstance(component, int) or not 0 <= component < n:
        raise ValueError(f"the layer has components 0 to {n - 1}, not {shown(component)}")
    return component


def _full_name(database: ConceptDatabase, name: str, layer: str) -> str:
    before, colon, after = name.rpartition(":")
    if not colon and not layer:
        raise ValueError(
            f"{name!r} is in which layer? write '{database.layers[0]}:{after.removeprefix('#')}'"
        )
    examples = database.examples[database.layer_name(before if colon else layer)]
    return examples.name(examples.component(after.removeprefix("#")))
