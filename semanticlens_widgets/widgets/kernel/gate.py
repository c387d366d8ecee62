"""Gate between the browser and the traits of a widget: each value is checked before anything is set."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import traitlets

from semanticlens_widgets._arguments import shown
from semanticlens_widgets._texts import visible
from semanticlens_widgets.widgets.kernel.routing import RoutedWidget

_LONGEST = 500
"""Characters of a reason that the browser shows."""
_LARGEST = 16 << 20
"""Bytes of a value that the browser sets."""


class GatedWidget(RoutedWidget):
    """A widget of which the browser sets the public traits alone, and no value that the widget refuses.

    The other values of its message are set all the same. For each that is refused, read-only traits included, the
    browser receives the value as it is, and `{refused: [{trait, message}, ...]}`.
    """

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Applies trait values from the browser."""
        known = {name: value for name, value in sync_data.items() if name in self.keys}
        reasons = {name: self._refusal(name, value) for name, value in known.items()}
        super().set_state({name: value for name, value in known.items() if reasons[name] is None})
        # A value that is there already needs no answer: some hosts send the whole state.
        refused = {name: why for name, why in reasons.items() if why}
        if refused:
            self.send_state(list(refused))
            self.send({"refused": [{"trait": name, "message": why} for name, why in refused.items()]})

    @contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Sets all of several traits or none: any error takes them back, before anybody is notified.

        traitlets takes them back for a TraitError alone, and keeps what any other error refuses.
        """
        if self._cross_validation_lock:
            yield
            return
        before, refusal = dict(self._trait_values), None
        try:
            with super().hold_trait_notifications():
                try:
                    yield
                    self._cross_validate(before)
                except BaseException as error:
                    refusal = error
                    raise _Undo from error
        except _Undo:
            pass
        if refusal is not None:
            raise refusal

    def _cross_validate(self, before: Mapping[str, object]) -> None:
        for name, value in list(self._trait_values.items()):
            if value is not before.get(name):
                self.traits()[name]._cross_validate(self, value)

    def _refusal(self, name: str, value: object) -> str | None:
        """Returns why the browser must not set a trait; None if it may, "" if there is nothing to set."""
        trait = self.traits()[name]
        if trait.read_only or name.startswith("_"):
            return "" if value == self.get_state(name)[name] else f"{name} is set by Python alone"
        try:
            _check_sendable(name, value)
            from_json = self.trait_metadata(name, "from_json", self._trait_from_json)
            trait._cross_validate(self, trait._validate(self, from_json(value, self)))
        except Exception as error:  # noqa: BLE001 - whatever a widget or JSON has against a value
            return reason(error)
        return None


class _Undo(traitlets.TraitError):
    """The error for which traitlets takes held values back."""


def _check_sendable(name: str, value: object) -> None:
    """Raises ValueError for what JSON has no way to say, and for more than 16 MB."""
    try:
        size = len(json.dumps(value, allow_nan=False, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{name} cannot be {shown(value)}: {error}") from error
    if size > _LARGEST:
        raise ValueError(f"{name} must have at most {_LARGEST >> 20} MB, not {size >> 20}")


def reason(error: BaseException) -> str:
    """Returns what an error says: cut, and with hidden characters and halves of characters visible."""
    # A KeyError's text is the repr of its argument.
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...") or type(error).__name__
