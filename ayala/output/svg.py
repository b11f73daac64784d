"""A picture as SVG that stands inside a page: no script, no font of its own, nothing from elsewhere.

Series are told apart by pattern, by dash and mark, and by a legend in words; colour only repeats them. Text
and lines take the page's own colours (``currentColor``), so that it is right in a dark room and on paper. A
picture is 400 units wide: on a phone its letters are still read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from ayala.output.charts import Picture, Series

WIDTH = 400
LINE = 18
"""Units of a line of text."""
LETTER = 6.6
"""Units that a letter takes, on the wide side."""
TALL = 190
"""Units between the lowest and the highest of standing columns."""

CSS = """
figure svg{display:block;width:100%;max-width:32rem;height:auto}
svg text{font-size:12px;fill:currentColor;stroke:var(--page);stroke-width:3px;paint-order:stroke}
svg .axis{stroke:currentColor;stroke-opacity:.35;stroke-width:1}
svg .bar{stroke:var(--mark);stroke-width:1}
svg .line{fill:none;stroke:var(--mark);stroke-width:2}
svg .point{fill:var(--page);stroke:var(--mark);stroke-width:1.5}
"""
"""What the page needs for its pictures; it says what ``--mark`` and ``--page`` are."""

# Plain; stripes, dots, stripes the other way, a grid, upright lines; these again pale on dark; the bare page.
_STROKES = (
    "",
    "M-2,2l4,-4M0,8l8,-8M6,10l4,-4",
    "M2,4h4M4,2v4",
    "M-2,6l4,4M0,0l8,8M6,-2l4,4",
    "M0,4h8M4,0v8",
    "M2,0v8M6,0v8",
)
_DASHES = ("", "8 3", "2 3", "8 3 2 3", "12 4", "4 4")


def svg(picture: Picture, name: str, title: str, described: str) -> str:
    """The picture; ``name`` keeps its ids apart, ``described`` is read to those who do not see it."""
    body = _lying(picture, name) if picture.lying else _standing(picture, name)
    legend = list(_legend(picture, name)) if len(picture.series) > 1 else []
    drawn = list(body)
    height = max(y for y, _ in drawn)
    below = height + len(legend) * LINE + (LINE / 2 if legend else 0)
    marks = "".join(mark for _, mark in drawn)
    keys = "".join(
        f'<g transform="translate(0 {_n(height + LINE / 2 + at * LINE)})">{each}</g>'
        for at, each in enumerate(legend)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {_n(below)}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(described)}</desc>'
        f"{_patterns(picture, name)}{marks}{keys}</svg>"
    )


def _lying(picture: Picture, name: str) -> Iterator[tuple[float, str]]:
    """Bars below their names, with how far down each part reaches."""
    stacked = picture.kind == "stacked"
    shown = [
        [series.shown(value) for value in series.values if value is not None] for series in picture.series
    ]
    totals = [picture.series[0].shown(total) for total in picture.sums] if stacked else []
    room = max(len(text) for text in [*totals, *(text for texts in shown for text in texts)]) * LETTER + 8
    scale = (WIDTH - room) / picture.highest
    y = 0.0
    for at, label in enumerate(picture.names):
        yield y, _text(0, y + 12, _short(label, WIDTH))
        y += LINE
        x = 0.0
        for number, series in enumerate(picture.series):
            value = series.values[at]
            if value is None:
                continue
            if stacked:
                yield y, _bar(x, y, value * scale, 14, name, number)
                x += value * scale
            else:
                yield y, _bar(0, y, value * scale, 12, name, number)
                yield y, _text(value * scale + 5, y + 11, series.shown(value))
                y += 15
        if stacked:
            yield y, _text(x + 5, y + 12, totals[at])
            y += 17
        y += 6
        yield y, ""


def _standing(picture: Picture, name: str) -> Iterator[tuple[float, str]]:
    """Columns or lines over their names, a scale at the left."""
    ticks = _ticks(picture.highest)
    first = picture.series[0]
    left = max(len(first.shown(tick)) for tick in ticks) * LETTER + 8
    scale, low = TALL / ticks[-1], TALL + 20.0
    for tick in ticks:
        y = low - tick * scale
        yield low, f'<path class="axis" d="M{_n(left)},{_n(y)}H{WIDTH}"/>'
        yield low, _text(left - 5, y + 4, first.shown(tick), "end")
    slot = (WIDTH - left) / len(picture.names)
    every = math.ceil((max(map(len, picture.names)) * LETTER + 6) / slot)
    for at, label in enumerate(picture.names):
        middle = left + slot * (at + 0.5)
        if at % every == 0:
            half = len(label) * LETTER / 2
            yield low + LINE, _text(min(max(middle, half), WIDTH - half), low + 15, label, "middle")
    if picture.kind == "line":
        for number, series in enumerate(picture.series):
            yield low, _polyline(series, number, left, slot, low, scale)
        return
    wide = slot * 0.8
    lone = len(picture.series) == 1 or picture.kind == "stacked"
    each = wide if lone else wide / len(picture.series)
    for at in range(len(picture.names)):
        x, y = left + slot * (at + 0.1), low
        for number, series in enumerate(picture.series):
            value = series.values[at]
            height = (value or 0) * scale
            if picture.kind != "stacked":
                y = low
            if value is not None:
                yield low, _bar(x, y - height, each, height, name, number)
            y -= height
            if picture.kind != "stacked":
                if value is not None and len(series.shown(value)) * LETTER <= slot / len(picture.series) + 2:
                    yield low, _text(x + each / 2, y - 4, series.shown(value), "middle")
                x += each
        if picture.kind == "stacked" and len(total := first.shown(picture.sums[at])) * LETTER <= slot + 2:
            yield low, _text(x + each / 2, y - 4, total, "middle")


def _polyline(series: Series, number: int, left: float, slot: float, low: float, scale: float) -> str:
    """A line through what is known, broken where nothing is; marks as close as they do not touch."""
    places = [
        None if value is None else (left + slot * (at + 0.5), low - value * scale)
        for at, value in enumerate(series.values)
    ]
    path, pen_down = [], False
    for place in places:
        if place is not None:
            path.append(f"{'L' if pen_down else 'M'}{_n(place[0])},{_n(place[1])}")
        pen_down = place is not None
    drawn = f'<path class="line"{_dash(number)} d="{"".join(path)}"/>'
    every = math.ceil(9 / slot)
    return drawn + "".join(_point(*place, number) for place in places[::every] if place is not None)


def _legend(picture: Picture, name: str) -> Iterator[str]:
    for number, series in enumerate(picture.series):
        if picture.kind == "line":
            mark = f'<path class="line"{_dash(number)} d="M0,9H30"/>{_point(15, 9, number)}'
        else:
            mark = _bar(0, 2, 30, 13, name, number)
        yield mark + _text(38, 13, _short(series.name, WIDTH - 38))


def _patterns(picture: Picture, name: str) -> str:
    """What fills the bars of each series."""
    if picture.kind == "line":
        return ""
    made = []
    for number in range(len(picture.series)):
        dark = number in (0, 6, 7, 8, 9, 10)
        stroked = _STROKES[number if number < 6 else (number - 5) % 6]
        ground = "var(--bar)" if dark else "var(--page)"
        stroke = "var(--page)" if dark else "var(--mark)"
        made.append(
            f'<pattern id="{name}-{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<path style="fill:{ground}" d="M0,0h8v8h-8z"/>'
            f'<path style="fill:none;stroke:{stroke};stroke-width:1.6" d="{stroked}"/></pattern>'
        )
    return f"<defs>{''.join(made)}</defs>"


def _bar(x: float, y: float, width: float, height: float, name: str, number: int) -> str:
    if not width or not height:
        return ""
    return (
        f'<rect class="bar" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        f' fill="url(#{name}-{number})"/>'
    )


def _point(x: float, y: float, number: int) -> str:
    """A circle, a square, a triangle, and so on again; dash and mark together are each line's own."""
    number += number // len(_DASHES)
    if number % 3 == 0:
        return f'<circle class="point" cx="{_n(x)}" cy="{_n(y)}" r="3"/>'
    if number % 3 == 1:
        return f'<path class="point" d="M{_n(x - 3)},{_n(y - 3)}h6v6h-6z"/>'
    return f'<path class="point" d="M{_n(x)},{_n(y - 4)}l4,7h-8z"/>'


def _dash(number: int) -> str:
    dash = _DASHES[number % len(_DASHES)]
    return f' stroke-dasharray="{dash}"' if dash else ""


def _text(x: float, y: float, text: str, anchor: str = "") -> str:
    where = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{where}>{escape(text)}</text>'


def _short(text: str, room: float) -> str:
    """What fits; the whole stands in the table."""
    text, most = text.replace("\n", " "), int(room / LETTER)
    return text if len(text) <= most else text[: most - 1] + "…"


def _ticks(highest: float) -> list[float]:
    """Round numbers from nothing to the highest value or just above it, four or five steps."""
    rough = highest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999999)
    if highest >= 1 and step < 1 and highest == int(highest):
        step = 1.0
    count = math.ceil(highest / step - 1e-9)
    ticks = [round(step * i, 10) for i in range(count + 1)]
    return [int(tick) if tick == int(tick) else tick for tick in ticks]


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
