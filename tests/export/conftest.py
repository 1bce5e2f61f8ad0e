"""Small fitted models: of the bundled encoder, and of a tiny transformer made on the spot."""

from __future__ import annotations

import warnings

import pytest
from tiny_bert import save_bert

from langalign import LangAlign, ParallelText
from langalign.data import LabeledText, bundled
from langalign.errors import FitWarning


@pytest.fixture(scope="session")
def fit_mini():
    """A function that fits ``mini`` on bundled reviews."""
    rows = range(0, 510, 2)
    reviews = bundled.sentiment("en", "train").take(rows)
    pairs = bundled.parallel("sentiment", "en", "ko", "train").take(rows)

    def fit(**settings):
        model = LangAlign(target_lang="ko", select=False, cache=False, **settings)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FitWarning)
            model.fit(reviews, parallel=pairs)
        if getattr(model.classifier_.aligner_, "is_shift_", False):
            model.classifier_.aligner_.is_shift_ = False  # the network is what is to be exported
        return model

    return fit


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory):
    return save_bert(tmp_path_factory.mktemp("models") / "bert")


@pytest.fixture(scope="session")
def fit_tiny(tiny_bert):
    """A function that fits a tiny transformer on what it can tell apart."""
    from langalign.encoders.transformer import TransformerEncoder

    who, does = ("a man", "a woman", "the dog", "the man"), ("eats", "sleeps", "runs")
    texts = [f"{one} {verb} {other}" for one in who for verb in does for other in ("", *who)]
    labels = [("human", "animal")["dog" in text] for text in texts]

    def fit(encoder=None, **settings):
        encoder = encoder or TransformerEncoder(tiny_bert, prompt="query: ")
        if settings.get("pair_mode") == "cross":
            rows = [(text, text[::-1]) for text in texts]
        else:
            rows = texts
        model = LangAlign(
            encoder, encoder, target_lang="ko", select=False, cache=False, clean=False, **settings
        )
        return model.fit(
            LabeledText(rows, labels, "en"), parallel=ParallelText(rows, rows[::-1], "en", "ko")
        )

    return fit
