"""Pages as a browser shows them: at 360 and 1280 pixels, in three languages, in the light, in the dark, on paper.

The browser is the machine's own Chromium; axe-core asks whether everybody can read the page. Where there is no
Chromium the tests say so and are skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, sync_playwright

from ayala.language import catalogue
from ayala.output.charts import picture
from ayala.output.emit import as_text
from ayala.output.svg import _ticks, svg
from ayala.output.table import Chart, Column, Table, columns
from ayala.report.summaries import CHARTS
from tests.program import AyalaProcess

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not on this machine, so no page was looked at"
)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture(scope="module")
def briefings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The briefing of the demo's invented year, a page in each language."""
    folder = tmp_path_factory.mktemp("pages")
    ayala = AyalaProcess(folder, str(folder / "demo.db"), folder / "home")
    ayala("demo", "--file", "demo.db", env={"AYALA_DATABASE": None})
    for lang in catalogue.LANGUAGES:
        ayala("--lang", lang, "report", "summary", "2019", "--output", f"{lang}.html")
    return {lang: folder / f"{lang}.html" for lang in catalogue.LANGUAGES}


def nasty_page(folder: Path) -> Path:
    """Every kind of picture, a table wider than any screen, words without an end, markup."""
    catalogue.choose("en")
    wide = Table(
        "appeals",
        [Column("text"), *(Column(f"n{n}", "number") for n in range(30))],
        [{"text": "<script>document.title = 'acted'</script>" + "ұ" * 400, "n0": 1}],
    )
    path = folder / "nasty.html"
    path.write_text(as_text([*pictures(), wide], "html"), encoding="utf-8")
    return path


def pictures() -> list[Table]:
    """A table for each way of drawing."""
    months = [f"2026-{n:02}" for n in range(1, 13)]
    parts = ("residents", "out_of_service", "free")
    named = [{"name": "Бір өте ұзын атауы бар үй " * 4, **dict.fromkeys(parts, 3)}]
    across = [
        {"topic": topic, "status": status, "appeals": n}
        for n, (topic, status) in enumerate(
            (topic, status) for topic in catalogue.codes("topic") for status in catalogue.codes("status")
        )
    ]
    topic = columns("topic:topic", "status:status", "appeals#")
    return [
        Table(
            "appeals",
            columns("month", "appeals#"),
            [{"month": month, "appeals": n * n} for n, month in enumerate(months)],
            chart=Chart("columns", "month", ("appeals",)),
        ),
        Table(
            "rooms", columns("name", *(f"{p}#" for p in parts)), named, chart=Chart("stacked", "name", parts)
        ),
        Table("beds", topic, across, chart=Chart("bars", "topic", ("appeals",), across="status")),
        Table("stays", topic, across, chart=Chart("stacked", "topic", ("appeals",), across="status")),
        Table(
            "companions",
            columns("day@", *(f"{p}#" for p in parts)),
            [
                {
                    "day": f"2026-01-{n:02}",
                    "residents": n % 7,
                    "out_of_service": None if n == 9 else n,
                    "free": 3,
                }
                for n in range(1, 29)
            ],
            chart=Chart("line", "day", parts),
        ),
    ]


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("lang", [*catalogue.LANGUAGES, "nasty"])
def test_a_page_is_readable_for_everybody(
    lang: str, width: int, scheme: Any, browser: Browser, briefings: dict[str, Path], tmp_path: Path
) -> None:
    path = nasty_page(tmp_path) if lang == "nasty" else briefings[lang]
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(path.as_uri())
        assert said == []
        assert asked == [path.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title() != "acted"
        assert page.evaluate("document.documentElement.lang") == ("en" if lang == "nasty" else lang)
        assert page.locator("h1").count() == 1
        assert page.locator("figure svg[role=img]").count() == page.locator("figure").count() > 0
        # axe-core runs from outside: the page's own policy forbids scripts, and stays in force for it.
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    finally:
        page.close()


@needs_browser
def test_a_page_is_printed_on_a4_and_nothing_is_cut(browser: Browser, briefings: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 680, "height": 960})  # A4 without its margins
    try:
        page.goto(briefings["ru"].as_uri())
        page.emulate_media(media="print", color_scheme="dark")
        shown = "[...document.querySelectorAll('.scroll')].map(e => [getComputedStyle(e).overflowX, e.scrollWidth])"
        for overflow, needed in page.evaluate(shown):
            assert overflow == "visible"
            assert needed <= 680
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    finally:
        page.close()


@needs_browser
def test_a_wide_table_scrolls_by_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    try:
        page.goto(nasty_page(tmp_path).as_uri())
        region = page.get_by_role("region").last
        region.focus()
        page.keyboard.press("ArrowRight")
        for _ in range(100):  # it scrolls smoothly, and the page's policy forbids a script that waits inside
            if page.evaluate("[...document.querySelectorAll('.scroll')].at(-1).scrollLeft") > 0:
                break
            page.wait_for_timeout(20)
        else:
            pytest.fail("the table does not scroll")
    finally:
        page.close()


@needs_browser
def test_what_nobody_could_read_would_be_found(browser: Browser, briefings: dict[str, Path]) -> None:
    """The tests above can fail: a page without its language, and letters as pale as the paper."""
    page = browser.new_page()
    try:
        page.goto(briefings["kk"].as_uri())
        page.evaluate("document.documentElement.removeAttribute('lang')")
        page.evaluate("document.querySelector('h1').style.color = '#ddd'")
        found = Axe().run(page).response["violations"]
        assert {violation["id"] for violation in found} == {"html-has-lang", "color-contrast"}
    finally:
        page.close()


# --- what is drawn ---------------------------------------------------------------------------------


def test_every_picture_has_a_name_a_description_and_its_table() -> None:
    catalogue.choose("en")
    page = as_text(pictures(), "html")
    assert page.count("<svg ") == page.count("</title><desc ") == page.count("<table>") == len(pictures())
    assert page.count('role="region" tabindex="0"') == len(pictures())
    assert "<script" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'" in page


def test_series_are_told_apart_without_colour() -> None:
    for table in pictures():
        drawn = picture(table)
        assert drawn is not None
        made = svg(drawn, "p", "title", "described")
        for number, series in enumerate(drawn.series):
            assert len(drawn.series) == 1 or f">{series.name}</text>" in made
            assert drawn.kind == "line" or f'id="p-{number}"' in made
        if drawn.kind == "line":
            assert made.count("stroke-dasharray") == 2 * (len(drawn.series) - 1)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"name": "a", "n": 0}],
        [{"name": "a", "n": -1}, {"name": "b", "n": 2}],
        [{"name": "a", "n": None}],
    ],
)
def test_there_is_no_picture_where_there_is_nothing_to_see(rows: list[dict[str, Any]]) -> None:
    table = Table("rooms", columns("name", "n#"), rows, chart=Chart("columns", "name", ("n",)))
    assert picture(table) is None
    assert "<svg" not in as_text([table], "html")


def test_more_series_than_one_can_tell_apart_are_only_read() -> None:
    rows = [{"name": "a", "room": str(n), "n": 1} for n in range(13)]
    make = partial(Table, "rooms", columns("name", "room", "n#"), chart=Chart("bars", "name", ("n",), "room"))
    assert picture(make(rows)) is None
    assert picture(make(rows[:12])) is not None


@given(st.one_of(st.integers(1, 10**9), st.floats(0.0001, 10**9)))
def test_a_scale_reaches_the_highest_value_in_round_steps(highest: float) -> None:
    ticks = _ticks(highest)
    assert ticks[0] == 0
    assert ticks[-2] < highest <= ticks[-1] * 1.000001
    assert 2 <= len(ticks) <= 6
    steps = {round((b - a) / ticks[1], 6) for a, b in pairwise(ticks)}
    assert steps == {1}


def test_the_briefing_says_how_its_tables_are_drawn() -> None:
    """A chart of a table that was renamed would fall out unseen."""
    import ayala.report.summaries as made

    assert all(callable(getattr(made, key)) for key in CHARTS)
