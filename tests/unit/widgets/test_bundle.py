from typing import Literal

import pytest

from semanticlens_widgets.widgets.kernel import bundle
from semanticlens_widgets.widgets.typescript.__main__ import main
from semanticlens_widgets.widgets.typescript.types import written


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


def test_the_code_is_part_of_the_message_that_opens_the_model(monkeypatch) -> None:
    opened: list[dict[str, str]] = []
    monkeypatch.setattr(bundle.Bundle, "open", lambda self: opened.append(self.get_state()))
    made = bundle.Bundle()
    assert [opened[0][name] for name in ("code", "css", "version")] == [made.code, made.css, made.version]
    assert made.code


def test_the_generated_typescript_is_fresh() -> None:
    assert main(["--check"]) == 0


def test_stale_typescript_is_named(tmp_path, capsys) -> None:
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "traits.ts").write_text("old")
    (tmp_path / "constants.ts").unlink()
    assert main(["--check"], tmp_path) == 1
    assert "traits.ts, constants.ts in js/src/generated differ from Python" in capsys.readouterr().err


def test_types_without_typescript_are_refused() -> None:
    assert written(list[str | None]) == "(string | null)[]"
    assert written(tuple[int, Literal["a", "b"]]) == '[number, "a" | "b"]'
    with pytest.raises(TypeError, match="bytes.* has no TypeScript"):
        written(bytes)
