"""`python -m erpguard`."""

from __future__ import annotations

import sys

from erpguard.cli import main

sys.exit(main())
