"""Models of tests that count or interrupt their runs."""

import pytest


@pytest.fixture
def instrumented(monkeypatch):
    """Counters, hooks and subclasses by which a test watches a model don't make another model of it."""
    for module in ("_build", "_relevance"):
        monkeypatch.setattr(f"semanticlens_widgets.pipeline.{module}.model_behaviour", lambda model: "")
