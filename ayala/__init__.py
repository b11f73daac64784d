"""Ayala: the office tool of those who stand by graduates of Kazakhstan's children's homes."""

__version__ = "0.1.0"
