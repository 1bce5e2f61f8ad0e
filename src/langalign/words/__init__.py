"""Vectors of words: their files, dictionaries, alignment of two languages, dictionary induction."""

from langalign.words.alignment import WordAlignment, align_words
from langalign.words.dictionary import BilingualDictionary, read_dictionary
from langalign.words.files import read_word_vectors, write_word_vectors
from langalign.words.folder import load_alignment, save_alignment
from langalign.words.induction import (
    InductionScores,
    Translation,
    evaluate_induction,
    induce,
    require_apart,
)
from langalign.words.search import nearest_words
from langalign.words.word_vectors import WordVectors

__all__ = [
    "BilingualDictionary",
    "InductionScores",
    "Translation",
    "WordAlignment",
    "WordVectors",
    "align_words",
    "evaluate_induction",
    "induce",
    "load_alignment",
    "nearest_words",
    "read_dictionary",
    "read_word_vectors",
    "require_apart",
    "save_alignment",
    "write_word_vectors",
]
