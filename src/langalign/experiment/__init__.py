"""Whole comparisons: every strategy, several seeds, one test set, and what the data costs."""
