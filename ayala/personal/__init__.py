"""Personal data: what of the records is personal, consents, blocks, transfers, erasing, storage terms.

What Law 94-V of 2013-05-21 "On Personal Data and their Protection" asks of an office. The commands are
verbs of the noun ``graduate``; Ayala warns and proposes, a person decides (art. 19-1).
"""
