import pytest

from semanticlens_widgets.widgets.kernel import bundle
from semanticlens_widgets.widgets.typescript import FILE, main, typescript


def test_a_checkout_that_is_not_built_says_how(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(bundle, "_STATIC", tmp_path)
    bundle._static.cache_clear()
    with pytest.raises(RuntimeError, match="npm --prefix js run build"):
        bundle.loader()
    bundle._static.cache_clear()


def test_the_bundle_is_one_for_all_until_it_is_closed() -> None:
    first = bundle.shared_bundle()
    assert bundle.shared_bundle() is first
    first.close()
    second = bundle.shared_bundle()
    assert second is not first
    assert second.version == first.version


def test_the_typescript_of_the_traits_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == typescript()
    assert main(["--check"]) == 0


def test_stale_typescript_is_told(tmp_path, monkeypatch, capsys) -> None:
    stale = tmp_path / "traits.ts"
    stale.write_text("old")
    monkeypatch.setattr("semanticlens_widgets.widgets.typescript.FILE", stale)
    assert main(["--check"]) == 1
    assert "does not fit" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0
