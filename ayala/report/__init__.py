"""Reports: questions over all the nouns, and no rules of their own.

``summaries`` is the director's briefing, ``counting`` any count by any keys, ``checking`` holds the
totals against their parts.
"""
