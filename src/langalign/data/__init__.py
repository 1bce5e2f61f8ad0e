"""Parallel and labelled text: what it is, its readers, its cleaning, and two bundled sets."""

from langalign.data.bundled import bundled_path
from langalign.data.cleaning import clean
from langalign.data.cleaning_report import CleaningReport
from langalign.data.labeled import LabeledText
from langalign.data.languages import normalize_language
from langalign.data.parallel import ParallelText
from langalign.data.text import Text
from langalign.data.unlabeled import read_texts

__all__ = [
    "CleaningReport",
    "LabeledText",
    "ParallelText",
    "Text",
    "bundled_path",
    "clean",
    "normalize_language",
    "read_texts",
]
