"""Dormitories: the Youth House buildings, their rooms and beds, and who lives there when.

A bed is known by its place, ``ZU-1/204/3``. A stay is a person on a bed from a day until (not
including) another; two stays never share a bed-day and nobody has two beds on one day: the database
itself holds that. Ages and sexes are a building's policy: breaking it warns and needs a reason.
"""
