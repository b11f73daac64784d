"""Every heading, title and short text that the program shows stands in all three catalogues."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from ayala.language.codes import CODES
from tests.program import ROOT

LANGUAGES = ("kk", "ru", "en")


def known(lang: str) -> set[tuple[str, str]]:
    path = ROOT / "ayala" / "language" / "locale" / lang / "LC_MESSAGES" / "ayala.po"
    with path.open("rb") as stream:
        return {(m.context or "", str(m.id)) for m in read_po(stream) if m.id and m.string}


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for path in sorted((ROOT / "ayala").rglob("*.py")):
        if "storage" in path.parts:
            continue  # its Column and Table are the database's
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                yield path, node, node.func.id if isinstance(node.func, ast.Name) else node.func.attr


def texts(node: ast.Call) -> list[str]:
    return [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def used() -> Iterator[tuple[str, str, str]]:
    """(context, key, place) of every word that a table shows."""
    for path, node, name in calls():
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        if name in ("columns", "part"):
            keys = texts(node)
            if name == "part":
                yield "title", keys.pop(0), place
            for key in keys:
                plain, _, vocabulary = key.rstrip("#@").partition(":")
                yield "heading", plain, place
                if vocabulary:
                    assert vocabulary in CODES, f"{place}: {vocabulary}"
        elif name == "Column":
            heading = [
                k.value.value
                for k in node.keywords
                if k.arg == "heading" and isinstance(k.value, ast.Constant)
            ]
            for key in heading or texts(node)[:1]:
                yield "heading", str(key), place
        elif name == "Table":
            for key in texts(node)[:1]:
                yield "title", key, place


def test_every_heading_and_title_stands_in_the_catalogues() -> None:
    found = list(used())
    assert len(found) > 200
    missing = []
    for lang in LANGUAGES:
        entries = known(lang)
        for context, key, place in found:
            if (context, key) not in entries and not (context == "title" and ("heading", key) in entries):
                missing.append(f"{lang}: {context} {key} ({place})")
    assert sorted(set(missing)) == []
