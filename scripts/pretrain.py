"""Pretrain ``mini-lm``: ``python scripts/pretrain.py --help``; docs/how-to/train-mini-lm.md."""

from __future__ import annotations

from pretrain_mini_lm.command import main

if __name__ == "__main__":
    main()
