"""The watch: who is about to lose what, and what cron has run.

``runs.py`` is cron's ledger: a scheduled command is done once in a period.
"""
