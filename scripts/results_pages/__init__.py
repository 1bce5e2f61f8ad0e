"""Writes the marked places of README.md and docs/ from records."""
