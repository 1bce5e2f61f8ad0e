"""Makes ``scripts/`` importable: the tests call the scripts that write parts of the pages."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
