"""The documents tell the truth: every console block runs and says what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documents import pages, run, steps
from tests.program import ROOT

PAGES = [page for page in pages() if steps(page)]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_console_blocks_say_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    from tests.documents import fits

    wrong = []
    for step in steps(page):
        said = run(step, tmp_path)
        if not fits(step.expected, said):
            shown = "\n".join(said)
            wrong.append(f"{page.name}:{step.line}: $ {step.command}\n--- it says:\n{shown}\n---")
    assert not wrong, "\n".join(wrong)


def test_every_noun_has_a_page_with_blocks_that_run() -> None:
    nouns = {"graduate", "appeal", "service", "dormitory", "housing", "work", "report", "rules"}
    assert nouns <= {page.stem for page in PAGES}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []
