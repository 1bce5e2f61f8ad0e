"""What trains in PyTorch: the one loop, its checkpoints, and what several networks share.

Importing this package loads no torch; its modules do, so they are imported where they are used.
"""
