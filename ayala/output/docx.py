"""DOCX: tables that are pasted into a letter, each under its heading, on A4.

Real Word tables: the heading row is repeated on every page, numbers stand at the right, the total is bold.
The document says its language, so that Word checks the spelling of the right one. python-docx comes with the
extra ``docx`` and is loaded when this format is asked for. The same tables give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from ayala.language.catalogue import current, say
from ayala.output import words
from ayala.output.table import FIGURES, Table

PLACES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
"""The languages as Word calls them."""
WIDE = 7
"""Columns beyond which the page lies."""
SHORT, LONG = Mm(210), Mm(297)
MARGIN = Mm(20)
FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed day has no zone
"""When it was made is not in it: the same tables give the same bytes."""
FIRST_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def write(tables: Sequence[Table], stream: IO[bytes], *, single: bool) -> None:
    document = docx.Document()
    shown = list(words.for_people(tables))
    title = words.document_title(shown)
    _prepare(document, title, wide=any(len(t.columns) > WIDE and not t.upright for t in shown))
    document.add_heading(title, 1)
    for table in shown:
        lead = words.lead(table)
        if lead != title:
            document.add_heading(lead, 2)
        if table.upright:
            pairs = words.upright_rows(table)
            _table(document, None, pairs, None, [False, False])
        elif not table.rows:
            document.add_paragraph(say("nothing found"))
        else:
            right = [column.kind in FIGURES for column in table.columns]
            rows = [words.row_values(table, row) for row in table.rows]
            totals = words.total_values(table) if table.total is not None else None
            _table(document, words.headings(table), rows, totals, right)
    _save(document, stream)


def _prepare(document: Any, title: str, *, wide: bool) -> None:
    """The page, the letters, the language and what the file says of itself."""
    section = document.sections[0]
    section.page_width, section.page_height = (LONG, SHORT) if wide else (SHORT, LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    language = PLACES[current()]
    for lang in document.styles.element.iter(qn("w:lang")):
        for name in ("w:val", "w:eastAsia", "w:bidi"):
            lang.set(qn(name), language)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.paragraph_format.space_after = Pt(0)
    for level, size in ((1, 15), (2, 12)):
        style = document.styles[f"Heading {level}"]
        style.font.size, style.font.color.rgb = Pt(size), None
        # Headings of the template take their letters from its theme, which has no Kazakh ones everywhere.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        style.font.name = "Times New Roman"
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(14), Pt(6)
    about = document.core_properties
    about.title, about.author, about.language = title[:255], "Ayala", language
    about.comments, about.last_modified_by, about.revision = "", "Ayala", 1
    about.created = about.modified = FIXED


def _table(
    document: Any,
    headings: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    totals: Sequence[str] | None,
    right: Sequence[bool],
) -> None:
    """A Word table; its cells are made one by one, for python-docx counts a table anew at every cell."""
    if not rows:
        return
    made = document.add_table(0, len(right), style="Table Grid")
    made.autofit = True
    element = made._tbl
    if headings:
        element.append(_row(headings, right, bold=True, repeated=True))
    for row in rows:
        element.append(_row(row, right))
    if totals:
        element.append(_row(totals, right, bold=True))
    document.add_paragraph()


def _row(values: Sequence[str], right: Sequence[bool], *, bold: bool = False, repeated: bool = False) -> Any:
    row = OxmlElement("w:tr")
    about = OxmlElement("w:trPr")
    about.append(OxmlElement("w:cantSplit"))
    if repeated:
        about.append(OxmlElement("w:tblHeader"))
    row.append(about)
    for value, to_right in zip(values, right, strict=True):
        cell, paragraph = OxmlElement("w:tc"), OxmlElement("w:p")
        if to_right:
            place, how = OxmlElement("w:pPr"), OxmlElement("w:jc")
            how.set(qn("w:val"), "right")
            place.append(how)
            paragraph.append(place)
        if value:
            run = OxmlElement("w:r")
            if bold:
                look = OxmlElement("w:rPr")
                look.append(OxmlElement("w:b"))
                run.append(look)
            run.text = value  # python-docx makes breaks of line ends
            paragraph.append(run)
        cell.append(paragraph)
        row.append(cell)
    return row


def _save(document: Any, stream: IO[bytes]) -> None:
    """Write the document with the day of its parts fixed."""
    made = io.BytesIO()
    document.save(made)
    with (
        zipfile.ZipFile(made) as parts,
        io.BytesIO() as fixed,
    ):
        with zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as whole:
            for part in parts.infolist():
                about = zipfile.ZipInfo(part.filename, FIRST_OF_ZIP)
                about.compress_type = zipfile.ZIP_DEFLATED
                whole.writestr(about, parts.read(part))
        stream.write(fixed.getvalue())
