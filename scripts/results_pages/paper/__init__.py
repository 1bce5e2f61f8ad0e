"""What docs/paper.md holds, from the records of benchmarks/paper.py."""
