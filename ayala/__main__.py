"""``python -m ayala``: the same as the ``ayala`` command."""

from __future__ import annotations

import sys

from ayala.cli import main

if __name__ == "__main__":
    sys.exit(main())
