"""A new embedding model without encoding all again: stored vectors are mapped into its space.

Fit the map on a sample of texts that both models have encoded, measure how much of the new model's
own answers it gives, and convert the stored index.
"""

from langalign.migration.convert import convert
from langalign.migration.migration_map import MigrationMap
from langalign.migration.recall import MigrationRecall, measure_recall
from langalign.migration.stores.base import Store, open_store, stores

__all__ = [
    "MigrationMap",
    "MigrationRecall",
    "Store",
    "convert",
    "measure_recall",
    "open_store",
    "stores",
]
