"""Requirements: concepts that a model's decision for a class may rest on, and concepts that it must not rest on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from semanticlens_widgets._arguments import did_you_mean, shown
from semanticlens_widgets.analysis.queries.query import Query, QuerySource, read_query

T = TypeVar("T")
_NAMED = 50
"""Most unknown classes in an error."""
Named = Mapping[str, QuerySource]
"""Concepts under names of your own, for those that are no text: {"ruler": [image, image]}."""


@dataclass(frozen=True, eq=False, init=False)
class Concept:
    """An idea a person can name, in the language of the query box or as images."""

    name: str
    query: Query

    def __init__(self, name: str, query: QuerySource) -> None:
        """Raises TypeError and ValueError as `read_query` does."""
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "query", read_query(query))

    @property
    def key(self) -> object:
        """Equal for the same text, whatever its case and spaces, and for the same objects."""
        source = self.query.source
        if isinstance(source, str):
            return text_key(source)
        parts = source if isinstance(source, Sequence) else [source]
        return tuple(part if isinstance(part, str) else id(part) for part in parts)


@dataclass(frozen=True, eq=False, init=False)
class Requirement:
    """The concepts that a class's decision may rest on (valid), and those it must not rest on (spurious)."""

    class_name: str | None
    """None for every class."""
    valid: tuple[Concept, ...]
    spurious: tuple[Concept, ...]

    def __init__(
        self,
        class_name: str | None,
        valid: Sequence[Any] | Named = (),
        spurious: Sequence[Any] | Named = (),
    ) -> None:
        """`Requirement("ox", valid=["horns"], spurious=["palm tree"])`; a class of None means every class.

        A concept is a text in the language of the query box ("wheel - car", "#12", "like layer4:12"), a picture, a
        vector, or a list of these that counts as one; a dict gives the concepts names. A concept that is listed
        twice counts once.

        Raises TypeError and ValueError for what is no concept, for a concept in both lists, and without concepts.
        """
        check_class_name(class_name)
        whose = "every class" if class_name is None else f"class {class_name!r}"
        object.__setattr__(self, "class_name", class_name)
        object.__setattr__(self, "valid", _concepts(valid, "valid", whose))
        object.__setattr__(self, "spurious", _concepts(spurious, "spurious", whose))
        self._check(whose)

    def _check(self, whose: str) -> None:
        if not self.valid and not self.spurious:
            raise ValueError(f"the requirement of {whose} has no concepts; name some as valid or as spurious")
        valid = {concept.key for concept in self.valid}
        for concept in self.spurious:
            if concept.key in valid:
                raise ValueError(
                    f"the requirement of {whose} has {concept.name!r} in both lists; a concept is valid or spurious"
                )

    def __repr__(self) -> str:
        lists = [[concept.name for concept in concepts] for concepts in (self.valid, self.spurious)]
        return f"Requirement({self.class_name!r}, valid={lists[0]!r}, spurious={lists[1]!r})"


def requirement_of_each(
    requirements: Iterable[Requirement], classes: Sequence[str]
) -> dict[str, Requirement]:
    """The requirement of every class that has one, in the order of `classes`: its own and what holds for all.

    Where the two disagree about a concept, the class's own word counts. Raises ValueError for classes that are not
    among `classes`, and for a class (or "every class") that is named twice.
    """
    own = by_class(requirements)
    check_classes_exist(own, classes)
    for_all = own.get(None)
    merged = {name: _merged(name, own.get(name), for_all) for name in classes}
    return {name: requirement for name, requirement in merged.items() if requirement is not None}


def check_classes_exist(names: Iterable[str | None], classes: Sequence[str]) -> None:
    """Raises ValueError for names that are not among `classes`: one sentence with all of them, and near names."""
    known = {None, *classes}
    unknown = [name for name in dict.fromkeys(names) if name not in known]
    if len(unknown) == 1:
        raise ValueError(f"there is no class {unknown[0]!r}{did_you_mean(unknown[0], classes)}")
    if unknown:
        each = [f"{name!r}{_near(name, classes)}" for name in unknown[:_NAMED]]
        more = f" and {len(unknown) - _NAMED:,} more" if len(unknown) > _NAMED else ""
        raise ValueError(f"{len(unknown):,} of the named classes do not exist: {', '.join(each)}{more}")


def _near(name: object, classes: Sequence[str]) -> str:
    found = did_you_mean(name, classes)
    return f" ({found.removeprefix('; ').removesuffix('?')}?)" if "did you mean" in found else ""


def by_class(requirements: Iterable[Requirement]) -> dict[str | None, Requirement]:
    """The requirements by their class, None for every class; raises ValueError for two of one class."""
    found: dict[str | None, Requirement] = {}
    for requirement in requirements:
        name = requirement.class_name
        if name in found:
            whose = "every class" if name is None else f"class {name!r}"
            raise ValueError(f"{whose} has two requirements; put their concepts into one")
        found[name] = requirement
    return found


def _merged(name: str, own: Requirement | None, for_all: Requirement | None) -> Requirement | None:
    if own is None or for_all is None:
        return own or for_all
    own_lists, lists_of_all = ({"valid": one.valid, "spurious": one.spurious} for one in (own, for_all))
    return Requirement(name, **merged_lists(own_lists, lists_of_all, lambda concept: concept.key))


def merged_lists(
    own: Mapping[str, Sequence[T]], for_all: Mapping[str, Sequence[T]], key: Callable[[T], object]
) -> dict[str, list[T]]:
    """The "valid" and "spurious" concepts of a class: its own, then those of every class that it does not name itself.

    `key` is equal for concepts that are the same.
    """
    sides = ("valid", "spurious")
    named = {key(one) for side in sides for one in own.get(side, ())}
    return {
        side: [*own.get(side, ()), *(one for one in for_all.get(side, ()) if key(one) not in named)]
        for side in sides
    }


def text_key(text: str) -> str:
    """Equal for texts that differ in case and spaces alone."""
    return " ".join(text.split()).casefold()


def check_class_name(name: object) -> None:
    """Raises TypeError and ValueError for what cannot be the name of a class."""
    if name is not None and not isinstance(name, str):
        raise TypeError(
            f"a class is named by text, or None for every class, not {shown(name)}; write {shown(str(name))}"
        )
    if name is not None and not name.strip():
        raise ValueError(f"the class name {name!r} is blank; name a class, or None for every class")


def _concepts(given: object, which: str, whose: str) -> tuple[Concept, ...]:
    """The concepts of one list, each once."""
    where = f"the {which} concepts of {whose}"
    if isinstance(given, str) or not isinstance(given, Sequence | Mapping):
        raise TypeError(f"{where} must be a list, not {shown(given)}; write [{shown(given)}]")
    named = given.items() if isinstance(given, Mapping) else ((None, one) for one in given)
    found: dict[object, Concept] = {}
    names = _Names()
    for name, one in named:
        concept = one if isinstance(one, Concept) else _concept(name, one, where, names)
        if found.setdefault(concept.key, concept) is concept:
            names.taken.add(concept.name)
    return tuple(found.values())


def _concept(name: str | None, source: Any, where: str, names: "_Names") -> Concept:
    """The concept; without a name it is called as it is written. Raises TypeError and ValueError, saying where."""
    if isinstance(source, str) and not source.strip():
        raise ValueError(f"{where} hold a blank one, {source!r}; leave it out")
    try:
        query = read_query(source)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{where} hold one that cannot be asked for: {error}") from error
    written = " ".join(query.text.split()) if query.text else " + ".join(term.text for term in query.terms)
    return Concept(name or names.unlike(written), query)


class _Names:
    """Names of the concepts of a list."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self._latest: dict[str, int] = {}

    def unlike(self, name: str) -> str:
        """The name, with a number behind it where another has it already: two pictures are both "image"."""
        n = self._latest.get(name, 1)
        while (each := name if n == 1 else f"{name} {n}") in self.taken:
            n += 1
        self._latest[name] = n
        return each
