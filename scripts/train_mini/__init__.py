"""Training of the bundled encoder ``mini``; run ``python -m scripts.train_mini --help``."""
