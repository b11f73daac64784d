"""Sheets in and out: read a file line by line, tell its kind, take its rows in, one transaction.

``reader`` turns bytes into lines with their numbers; ``rows`` says what a heading, a kind of sheet
and a row are; ``taking`` runs an import; ``kinds`` knows every kind; ``giving`` writes the export.
What a row means is each noun's own business: see ``<noun>/sheet.py``.
"""
