"""The way out: a Table leaves in one of seven formats, to a screen, a pipe or a file.

``table`` says what a table is, ``emit`` is the only way out, a module per format does the writing,
``charts`` tells what a picture of a table shows, ``harmless`` makes stored text safe for where it goes,
``saying`` speaks on stderr.
"""
