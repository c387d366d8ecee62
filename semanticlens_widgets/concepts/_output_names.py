"""Names of a model's outputs, apart from the classes that are attributed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral

from semanticlens_widgets._arguments import shown

OutputNaming = Mapping[str, int] | Sequence[str]
"""The names of all outputs in order, which may repeat, or name -> output of some."""


@dataclass(frozen=True)
class OutputNames:
    """Names of a model's outputs, so that a prediction that is no class has a name too."""

    named: Mapping[int, str] = field(default_factory=dict)
    """Output -> name."""
    n_outputs: int | None = None
    """The number of the model's outputs; None where only some were named."""

    def of_all(self, classes: Mapping[str, int], n_outputs: int) -> tuple[str, ...]:
        """The distinct names of `n_outputs` outputs: the class, else the name, else "output 7".

        A name that occurs elsewhere has its output added, as in "crane (134)"; a class never has. Raises ValueError for
        names of other outputs than there are, and for a class whose name is that of another output.
        """
        self._check(classes, n_outputs)
        numbered = {output: f"output {output}" for output in range(n_outputs)}
        names = numbered | dict(self.named) | {output: name for name, output in classes.items()}
        free = names.keys() - classes.values()
        while repeated := {name for name, n in Counter(names.values()).items() if n > 1}:
            names |= {one: f"{names[one]} ({one})" for one in free if names[one] in repeated}
        return tuple(names.values())

    @classmethod
    def listed(cls, names: Sequence[str | None], *, complete: bool) -> "OutputNames":
        """The names in the order of the outputs, None for one without; `complete` if these are all outputs."""
        named = {output: name for output, name in enumerate(names) if name is not None}
        return cls(named, len(names) if complete else None)

    def count(self, *outputs: int) -> int:
        """The number of outputs, or the lowest that these and the named ones allow."""
        return max(self.n_outputs or 0, *(output + 1 for output in (*outputs, *self.named)))

    def _check(self, classes: Mapping[str, int], n_outputs: int) -> None:
        if self.n_outputs not in (None, n_outputs):
            raise ValueError(
                f"output_names must name all {n_outputs:,} outputs of the model in order, not {self.n_outputs:,}; to "
                "name some of them pass a dict: output_names={'name': output}"
            )
        if (highest := max(self.named, default=0)) >= n_outputs:
            raise ValueError(
                f"output_names must name outputs of the model, 0 to {n_outputs - 1}, and {self.named[highest]!r} is "
                f"{highest}"
            )
        for output, name in self.named.items():
            own = classes.get(name, output)
            if own != output and self.named.get(own) != name:
                raise ValueError(
                    f"output_names has {name!r} for output {output} and classes has it for output {own}; name both in "
                    "the order of the model's outputs"
                )


def as_output_names(given: object) -> OutputNames:
    """The names of all outputs in order, or of some as a dict name -> output.

    Raises TypeError for anything else, ValueError for a name without text, an output below 0 or two names of one.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(
            "output_names must be the names of all outputs in order, or a dict name -> output, not "
            + shown(given)
        )
    if not isinstance(given, Mapping):
        return OutputNames.listed([_text(name) for name in given], complete=True)
    named: dict[int, str] = {}
    for name, output in given.items():
        if isinstance(output, bool) or not isinstance(output, Integral) or output < 0:
            turned = (
                "; write {'name': output}, or pass list(names.values())" if isinstance(output, str) else ""
            )
            raise ValueError(
                f"output_names must have the number of an output for {name!r}, not {shown(output)}{turned}"
            )
        if named.setdefault(int(output), _text(name)) != name:
            raise ValueError(
                f"output_names has {named[int(output)]!r} and {name!r} for output {output}; drop one"
            )
    return OutputNames(named)


def _text(name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ValueError(
            f"output_names must be texts, and one is {shown(name)}; name the others in a dict name -> output"
        )
    return str(name)
