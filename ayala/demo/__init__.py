"""``ayala demo``: an invented case-load in a database of its own, to try everything on."""
