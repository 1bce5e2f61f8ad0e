"""Pretraining of the small language model ``mini-lm``; see ``scripts/pretrain.py --help``."""
