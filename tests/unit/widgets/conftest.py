import pytest

from semanticlens_widgets.widgets.kernel import bundle


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch) -> None:
    """These tests need no browser side: where it is not built, a few bytes stand for it."""
    if not (bundle._STATIC / "bundle.js").is_file():
        for name in ("loader", "bundle", *bundle.PART_OF.values()):
            for kind in ("css", "js"):
                (tmp_path / f"{name}.{kind}").write_text(f"/* {name} */")
        monkeypatch.setattr(bundle, "_STATIC", tmp_path)
        bundle._static.cache_clear()
