"""The table of hosts and features, filled by the tests as they ran."""

import re

import pytest

from tests.hosts.environments import versions
from tests.hosts.hosts import HOSTS

FEATURES = {
    "test_cards_are_drawn_with_their_pictures": "drawn",
    "test_a_typed_query_ranks_the_gallery": "query",
    "test_a_selection_is_read_back_in_python": "selection",
    "test_the_audit_is_filled": "audit",
    "test_keys_take_back_what_was_typed_and_no_code": "keys",
    "test_two_widgets_share_a_row": "row",
    "test_the_widgets_are_dark_where_the_page_is": "dark",
    "test_widgets_are_there_again_after_a_reload": "reload",
    "test_widgets_work_after_their_cell_ran_again": "run again",
    "test_a_second_page_has_widgets_of_its_own": "second visitor",
}
_SHOWN = (
    "jupyterlab",
    "notebook",
    "nbclassic",
    "voila",
    "marimo",
    "anywidget",
    "ipywidgets",
    "torch",
    "numpy",
)
_ID = re.compile(r"::(\w+)\[(.+)\]$")


class Table:
    """Outcomes by host and feature."""

    def __init__(self) -> None:
        self._outcomes: dict[str, dict[str, str]] = {}

    def add(self, report: pytest.TestReport) -> None:
        """Keeps the outcome of a test; a skip's reason is what the host lacks."""
        found = _ID.search(report.nodeid)
        if found is None or (report.when != "call" and report.passed):
            return
        word = {"passed": "yes", "failed": "NO", "skipped": "-"}[report.outcome]
        self._outcomes.setdefault(found[2], {})[FEATURES[found[1]]] = word

    def __str__(self) -> str:
        rows = [["host", *FEATURES.values(), "versions"]]
        for host, outcomes in self._outcomes.items():
            found = versions(HOSTS[host][0], _SHOWN)
            said = ", ".join(f"{name} {version}" for name, version in found.items())
            rows.append([host, *(outcomes.get(feature, "") for feature in FEATURES.values()), said])
        rows.insert(1, ["---"] * len(rows[0]))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
