"""Writes the TypeScript types of the synced traits, so that the two sides cannot drift apart.

`python -m semanticlens_widgets.widgets.typescript` writes `js/src/generated/traits.ts`; with
`--check` it fails when the file is not what it would write.
"""

import sys
from pathlib import Path

import traitlets
from anywidget import AnyWidget

from semanticlens_widgets.widgets.audit_table import AuditTable
from semanticlens_widgets.widgets.concept_map import ConceptMap
from semanticlens_widgets.widgets.explorer import Explorer
from semanticlens_widgets.widgets.neuron_gallery import NeuronGallery
from semanticlens_widgets.widgets.views.trait_types import Choice

FILE = Path(__file__).parents[2] / "js" / "src" / "generated" / "traits.ts"
_WIDGETS = (AuditTable, ConceptMap, Explorer, NeuronGallery)
_HEAD = """\
// Generated from the traits of the Python widgets by `python -m semanticlens_widgets.widgets.typescript`.

export interface LayerInfo {
  name: string;
  n_components: number;
}

/** What the decision for a class may rest on (valid), and what it must not (spurious). */
export interface RequirementInfo {
  /** Null is every class. */
  class_name: string | null;
  valid: string[];
  spurious: string[];
}

/** The texts that labels are chosen from. */
export interface VocabularyInfo {
  /** What the requests call it. */
  key: string;
  name: string;
  n_texts: number;
}
"""
_TYPES = {
    traitlets.Unicode: "string",
    traitlets.Bool: "boolean",
    traitlets.Int: "number",
    traitlets.Float: "number",
}


def typescript() -> str:
    """The whole file."""
    return "\n".join([_HEAD, *(_interface(widget) for widget in _WIDGETS)])


def _interface(widget: type[AnyWidget]) -> str:
    inherited = AnyWidget.class_trait_names()
    synced = {
        name: trait
        for name, trait in sorted(widget.class_traits(sync=True).items())
        if not name.startswith("_") and name not in inherited
    }
    lines = [f"  {name}: {_type(trait)};" for name, trait in synced.items()]
    return "\n".join([f"export interface {widget.__name__}Traits {{", *lines, "}", ""])


def _type(trait: traitlets.TraitType) -> str:
    if "typescript" in trait.metadata:
        return trait.metadata["typescript"]
    if isinstance(trait, Choice):
        return " | ".join(f'"{option}"' for option in trait.options)
    if isinstance(trait, traitlets.List) and trait._trait is not None:
        return f"{_type(trait._trait)}[]"
    return next(name for kind, name in _TYPES.items() if isinstance(trait, kind))


def main(arguments: list[str]) -> int:
    """0 when the file is written, or is fresh; 1 when `--check` finds it stale."""
    if "--check" not in arguments:
        FILE.write_text(typescript(), encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") == typescript():
        return 0
    sys.stderr.write(
        f"{FILE.name} does not fit the traits: run python -m semanticlens_widgets.widgets.typescript\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
