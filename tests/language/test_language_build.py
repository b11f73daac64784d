"""The build step: catalogues compiled in place, and through hatchling's hook."""

from __future__ import annotations

import importlib.util
import shutil
from gettext import GNUTranslations
from pathlib import Path

import pytest

from ayala.language import build


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project folder with a copy of the sources and nothing compiled."""
    locale = tmp_path / "ayala" / "language" / "locale"
    shutil.copytree(build.LOCALE, locale, ignore=shutil.ignore_patterns("*.mo"))
    return tmp_path


def test_catalogues_are_compiled_once(tree: Path) -> None:
    written = build.compile_all(tree / "ayala" / "language" / "locale")
    sources = sorted((tree / "ayala").rglob("*.po"))
    assert written == [po.with_suffix(".mo") for po in sources]
    assert {"ayala", "help", "sentences"} >= {po.stem for po in sources} >= {"ayala", "help"}
    assert {po.parent.parent.name for po in sources} == {"en", "kk", "ru"}
    kazakh = next(mo for mo in written if (mo.parent.parent.name, mo.stem) == ("kk", "ayala"))
    with kazakh.open("rb") as stream:
        assert GNUTranslations(stream).pgettext("heading", "surname") == "Тегі"
    assert build.compile_all(tree / "ayala" / "language" / "locale") == []
    assert {p.suffix for p in written[0].parent.iterdir()} == {".mo", ".po"}


@pytest.mark.parametrize(
    "flaw", ['#, fuzzy\nmsgctxt "text"\nmsgid "x"\nmsgstr "y"\n', 'msgid "x"\nmsgstr ""\n']
)
def test_an_unfinished_word_stops_the_build(tree: Path, flaw: str) -> None:
    po = tree / "ayala" / "language" / "locale" / "ru" / "LC_MESSAGES" / "ayala.po"
    po.write_text(po.read_text(encoding="utf-8") + "\n" + flaw, encoding="utf-8")
    with pytest.raises(ValueError, match="no finished translation"):
        build.compile_all(tree / "ayala" / "language" / "locale")


def test_the_hook_is_loaded_by_its_path_alone(tree: Path) -> None:
    spec = importlib.util.spec_from_file_location("hatch_build", build.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hook = module.CatalogueHook.__new__(module.CatalogueHook)
    if hasattr(type(hook), "root"):  # hatchling is here: its own attribute behind the property
        hook._BuildHookInterface__root = str(tree)
    else:
        hook.root = str(tree)
    data: dict[str, list[str]] = {"artifacts": []}
    hook.initialize("standard", data)
    assert data == {"artifacts": ["/ayala/language/locale/**/*.mo"]}
    assert len(list(tree.rglob("*.mo"))) == len(list(tree.rglob("*.po")))
