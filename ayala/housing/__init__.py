"""Housing: the outside queue mirrored, and the apartments that were granted.

The akimat (since 2025-05-24 Otbasy Bank) keeps the queue; here stands what was reported of it, with the
day. No official position is ever computed and nobody is removed by a program.
"""
