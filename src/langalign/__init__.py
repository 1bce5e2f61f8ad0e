"""LangAlign: carry a text classifier from English into another language.

Importing this package loads nothing heavy; names are looked up on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from langalign.version import __version__

_HOME = {
    "AlignedClassifier": "langalign.alignment.aligned_classifier",
    "AutoEncoder": "langalign.aligners.autoencoder",
    "Bundle": "langalign.bundle.bundle",
    "FullyConnected": "langalign.aligners.fully_connected",
    "Identity": "langalign.aligners.identity",
    "LabeledText": "langalign.data",
    "LangAlign": "langalign.model.lang_align",
    "LangAlignError": "langalign.errors",
    "Linear": "langalign.aligners.linear",
    "LogisticHead": "langalign.heads.logistic",
    "MLPHead": "langalign.heads.mlp",
    "MeanShift": "langalign.aligners.mean_shift",
    "MultiLabelHead": "langalign.heads.multilabel",
    "PairStatistics": "langalign.aligners.pair_statistics",
    "ParallelText": "langalign.data",
    "Procrustes": "langalign.aligners.procrustes",
    "RidgeHead": "langalign.heads.ridge",
    "load": "langalign.saved",
}

if TYPE_CHECKING:
    from langalign.aligners.autoencoder import AutoEncoder
    from langalign.aligners.fully_connected import FullyConnected
    from langalign.aligners.identity import Identity
    from langalign.aligners.linear import Linear
    from langalign.aligners.mean_shift import MeanShift
    from langalign.aligners.pair_statistics import PairStatistics
    from langalign.aligners.procrustes import Procrustes
    from langalign.alignment.aligned_classifier import AlignedClassifier
    from langalign.bundle import Bundle
    from langalign.data import LabeledText, ParallelText
    from langalign.errors import LangAlignError
    from langalign.heads.logistic import LogisticHead
    from langalign.heads.mlp import MLPHead
    from langalign.heads.multilabel import MultiLabelHead
    from langalign.heads.ridge import RidgeHead
    from langalign.model import LangAlign
    from langalign.saved import load

__all__ = [
    "AlignedClassifier",
    "AutoEncoder",
    "Bundle",
    "FullyConnected",
    "Identity",
    "LabeledText",
    "LangAlign",
    "LangAlignError",
    "Linear",
    "LogisticHead",
    "MLPHead",
    "MeanShift",
    "MultiLabelHead",
    "PairStatistics",
    "ParallelText",
    "Procrustes",
    "RidgeHead",
    "__version__",
    "load",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
