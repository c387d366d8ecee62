import pytest

from semanticlens_widgets.widgets.kernel import bundle


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch) -> None:
    """These tests need no browser side: where it is not built, a few bytes stand for it."""
    if not (bundle._STATIC / "bundle.js").is_file():
        for name in ("bundle.js", "bundle.css", "loader.js", "results.js", "results.css"):
            (tmp_path / name).write_text(f"/* {name} */")
        monkeypatch.setattr(bundle, "_STATIC", tmp_path)
        bundle._static.cache_clear()
