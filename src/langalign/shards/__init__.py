"""Shards of parallel data: files of vectors or of texts, read in blocks and summed up."""

from langalign.shards.base import Shard
from langalign.shards.counting import count, merged
from langalign.shards.opening import open_shard

__all__ = ["Shard", "count", "merged", "open_shard"]
