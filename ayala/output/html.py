"""HTML: one file that stands by itself, for a phone, a wall and a mail.

Nothing in it runs and nothing comes from elsewhere, and the file forbids both (its Content-Security-Policy).
Every table has its heading, a wide one scrolls inside its own region, a picture stands beside its figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import IO

from ayala.language.catalogue import current, say
from ayala.language.phrases import phrase
from ayala.output import words
from ayala.output.charts import picture
from ayala.output.svg import CSS as PICTURES
from ayala.output.svg import svg
from ayala.output.table import FIGURES, Table

WIDE = 8
"""Columns beyond which a table is printed on paper that lies."""

# --bar on --page and --ink on --page have more than 4.5 : 1 in both schemes.
CSS = (
    """
:root{color-scheme:light dark;
--page:#fff;--ink:#1b1b1b;--soft:#f1f3f5;--rule:#8a8f94;--mark:#12507b;--bar:#2f7db1}
@media (prefers-color-scheme:dark){
:root{--page:#16191c;--ink:#ececec;--soft:#24292e;--rule:#7d848b;--mark:#a9d3f2;--bar:#4f97c6}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:80rem;background:var(--page);color:var(--ink);
font:1rem/1.45 system-ui,"Noto Sans","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.2;margin:.3rem 0 1.2rem}
h2{font-size:1.15rem;line-height:1.25;margin:2rem 0 .6rem}
.pair{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:flex-start}
.pair>*{min-width:0}
.scroll{overflow-x:auto;max-width:100%}
.scroll:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
figure{margin:0;flex:1 1 18rem;max-width:32rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{padding:.3rem 1rem .3rem .2rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
thead th{background:var(--soft);vertical-align:bottom;border-bottom:2px solid var(--ink)}
tbody th{font-weight:400}
.n{text-align:right;padding-right:.4rem;padding-left:.8rem}
td.n,.k{white-space:nowrap}
.t{max-width:28rem;overflow-wrap:break-word}
tfoot th,tfoot td{font-weight:700;border-top:2px solid var(--ink);border-bottom:0}
dl{display:grid;grid-template-columns:minmax(7rem,14rem) minmax(0,1fr);margin:0}
dt,dd{margin:0;padding:.25rem .5rem .25rem 0;border-bottom:1px solid var(--rule)}
dt{font-weight:600}
@media (max-width:40rem){
table{font-size:.9rem}
th,td{padding-right:.5rem}
dl{display:block}
dt{border:0;padding-bottom:0}
}
@page{size:A4;margin:15mm}
@page wide{size:A4 landscape}
@media print{
:root{color-scheme:light;--page:#fff;--ink:#000;--soft:#f1f3f5;--rule:#8a8f94;--mark:#12507b;--bar:#2f7db1}
body{padding:0;max-width:none;font-size:9pt}
table{font-size:1em}
th,td{padding:.15rem .4rem .15rem .1rem}
.n{padding-left:.3rem}
.scroll{overflow:visible}
.wide{page:wide}
thead{display:table-header-group}
tfoot{display:table-row-group}
tr,figure,dl>*{break-inside:avoid}
h1,h2{break-after:avoid}
figure{max-width:9cm}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
""".strip()
    + PICTURES
)

_HEAD = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{css}</style>
</head>
<body>
<main>
<h1>{title}</h1>
"""


def write(tables: Sequence[Table], stream: IO[str], *, single: bool) -> None:
    shown = list(words.for_people(tables))
    title = words.document_title(shown)
    stream.write(_HEAD.format(lang=current(), title=escape(title), css=CSS))
    for number, table in enumerate(shown, 1):
        lead = words.lead(table)
        wide = ' class="wide"' if len(table.columns) > WIDE and not table.upright else ""
        stream.write(f"<section{wide}>\n")
        if lead != title:
            stream.write(f"<h2>{escape(lead)}</h2>\n")
        stream.writelines(_part(table, lead, number))
        stream.write("</section>\n")
    stream.write("</main>\n</body>\n</html>\n")


def _part(table: Table, lead: str, number: int) -> Iterator[str]:
    """What stands under a table's heading."""
    if table.upright:
        pairs = words.upright_rows(table)
        if pairs:
            yield "<dl>\n"
            yield from (f"<dt>{_cell(h)}</dt><dd>{_cell(v)}</dd>\n" for h, v in pairs)
            yield "</dl>\n"
        return
    if not table.rows:
        yield f"<p>{escape(say('nothing found'))}</p>\n"
        return
    drawn = picture(table)
    if drawn:
        described = phrase("The figures of this picture stand in the table beside it.")
        yield f'<div class="pair">\n<figure>{svg(drawn, f"p{number}", lead, described)}</figure>\n'
    # A number makes the name of a region the page's only one.
    yield f'<div class="scroll" role="region" tabindex="0" aria-label="{number}. {escape(lead)}">\n'
    yield from _table(table)
    yield "</div>\n</div>\n" if drawn else "</div>\n"


def _table(table: Table) -> Iterator[str]:
    classes = [_class(column.kind) for column in table.columns]
    yield "<table>\n<thead><tr>"
    for heading, class_ in zip(words.headings(table), classes, strict=True):
        yield f'<th scope="col"{class_ if "n" in class_ else ""}>{_cell(heading)}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for row in table.rows:
        yield _row(words.row_values(table, row), classes)
    yield "</tbody>\n"
    if table.total is not None:
        yield f"<tfoot>{_row(words.total_values(table), classes).rstrip()}</tfoot>\n"
    yield "</table>\n"


def _row(values: Sequence[str], classes: Sequence[str]) -> str:
    """A line; its first cell names it."""
    first, *others = zip(values, classes, strict=True)
    cells = "".join(f"<td{class_}>{_cell(value)}</td>" for value, class_ in others)
    return f'<tr><th scope="row"{first[1]}>{_cell(first[0])}</th>{cells}</tr>\n'


def _class(kind: str) -> str:
    if kind in FIGURES:
        return ' class="n"'
    return ' class="k"' if kind in ("day", "iin", "phone", "flag") else ' class="t"'


def _cell(text: str) -> str:
    return escape(text).replace("\n", "<br>")
