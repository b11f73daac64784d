"""The way out: a Table leaves as text, Markdown, CSV or JSON, to a screen, a pipe or a file.

``table`` says what a table is, ``emit`` is the only way out, a module per format does the writing,
``harmless`` makes stored text safe for where it goes, ``saying`` speaks on stderr.
"""
