"""A small world of reviews in two languages, its encoder, and comparisons that take no time.

The encoder is a function: a word has a fixed random vector, in the target language that of its
translation turned and moved, and a text is the mean of its words'. Words end in a number that says
how good they are, so that labels can be carried over.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from langalign.data import LabeledText, ParallelText
from langalign.encoders.function import FunctionEncoder
from langalign.evaluation import Comparison, Interval, RunRecord, Scores, over_seeds
from langalign.experiment.cells import CellStore
from langalign.experiment.compare import compare
from langalign.experiment.setup import Experiment
from langalign.experiment.summary import StrategyRow, Summary
from langalign.experiment.texts import ExperimentTexts
from langalign.experiment.vectors import ExperimentVectors

WIDTH = 12
TURN = np.linalg.qr(np.random.default_rng(1).standard_normal((WIDTH, WIDTH)))[0]
WORDS = [f"word{number}" for number in range(-30, 31) if number]
GOODNESS = np.random.default_rng(2).standard_normal(WIDTH)


@functools.cache
def vector_of(word):
    """Return the vector of a word; ``ko`` before it marks the target language."""
    bare = word.removeprefix("ko")
    vector = np.random.default_rng(zlib.crc32(bare.encode())).standard_normal(WIDTH)
    number = bare.removeprefix("word").lstrip("-")
    if number.isdigit():
        vector = vector + 0.06 * int(bare.removeprefix("word")) * GOODNESS
    return vector @ TURN + 0.5 if word.startswith("ko") else vector


def encode(texts):
    """Return the mean of the words' vectors; the two texts of a pair are read as one."""
    joined = (text if isinstance(text, str) else " ".join(text) for text in texts)
    return np.array(
        [np.mean([vector_of(word) for word in text.split()], axis=0) for text in joined]
    )


def sentences(n, seed):
    """Return n texts of four words, and how good each is."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice(WORDS, (n, 4))
    return [" ".join(row) for row in drawn], [
        sum(int(word.removeprefix("word")) for word in row) for row in drawn.tolist()
    ]


def translated(texts):
    """Return texts in the target language."""
    return [" ".join(f"ko{word}" for word in text.split()) for text in texts]


def labelled(n, seed, lang, label):
    texts, worths = sentences(n, seed)
    return LabeledText(
        texts if lang == "en" else translated(texts), [label(worth) for worth in worths], lang
    )


def two_classes(worth):
    return "good" if worth > 0 else "bad"


def some_labels(worth):
    return "|".join(name for name, least in (("fine", 0), ("great", 25)) if worth > least) or "|"


def number(worth):
    return f"{worth / 10 + 0.05:.2f}"


def data(label=two_classes, n_native=130):
    """Return the arguments of ``compare`` that hold texts."""
    source, _ = sentences(90, 12)
    return {
        "parallel": ParallelText(source, translated(source), "en", "ko"),
        "labeled": labelled(80, 11, "en", label),
        "test": labelled(50, 13, "ko", label),
        "native": labelled(n_native, 14, "ko", label),
    }


ENCODER = FunctionEncoder(encode, name="words")
FAST = ("english-only", "linear", "reverse-linear", "native-100")


def run(out, **changes):
    """Compare few strategies on little data, with one seed."""
    settings = {"strategies": FAST, "n_seeds": 1, "clean": False, "name": "reviews"}
    encoders = {"source_encoder": ENCODER, "target_encoder": ENCODER}
    return compare(out=out, **(data() | encoders | settings | changes))


@pytest.fixture(scope="session")
def world():
    """What makes texts, labels and comparisons."""
    return SimpleNamespace(
        data=data,
        run=run,
        encoder=ENCODER,
        encode=encode,
        translated=translated,
        sentences=sentences,
        some_labels=some_labels,
        two_classes=two_classes,
        number=number,
        FAST=FAST,
    )


@pytest.fixture(scope="session")
def done(tmp_path_factory):
    """One comparison with what every page can show; not to be written to."""
    source, _ = sentences(50, 13)
    return run(
        tmp_path_factory.mktemp("done") / "out",
        strategies=(*FAST, "native", "translate-test", "linear-oracle", "translated", "distill"),
        test_translated=source,
        n_seeds=2,
        command="langalign compare --out 'here & there'",
    )


def scores(value, half=0.02):
    interval = Interval(value - half, value + half)
    return Scores((value, value), (interval, interval), 500)


def row(strategy, value, *, best, p=1.0, kind="", kappa=None, half=0.02):
    """Return a row as ``summarise`` makes it, of one seed, compared with a best score."""
    found = scores(value, half)
    difference = value - best
    against = Comparison(
        metric="accuracy",
        first=value,
        second=best,
        interval=Interval(difference - half, difference + half),
        level=0.95,
        p_value=p,
        test="paired bootstrap",
        n=500,
    )
    record = RunRecord(
        task="reviews",
        languages=("en", "ko"),
        strategy=strategy,
        scores=found,
        seed=0,
        settings={},
        data={},
        encoders={},
        seconds=1.0,
    )
    return StrategyRow(
        strategy=strategy,
        kind=kind,
        summary=over_seeds([found]),
        against_best=against,
        p_adjusted=p,
        kappa=kappa,
        records=(record,),
        predicted=(("good",),),
    )


def summary(*rows, best, chosen=None, majority=0.5, against_plain=None):
    """Return a summary of rows of which ``best`` is the best without target labels."""
    ordered = sorted(rows, key=lambda row: -row.summary.accuracy.mean)
    return Summary(
        metric="accuracy",
        rows=tuple(
            replace(row, against_best=None, p_adjusted=None) if row.strategy == best else row
            for row in ordered
        ),
        best_label_free=best,
        chosen=chosen,
        majority=None if majority is None else scores(majority, 0.01),
        left_out={},
        chosen_against_plain=against_plain,
    )


def experiment(setting, leaks=None):
    """Return the small world's experiment, of which no cell has been run."""
    texts = ExperimentTexts(**data())
    vectors = ExperimentVectors.encode(texts, ENCODER, ENCODER)
    return Experiment(texts, vectors, setting, CellStore(Path("none"), {}), leaks or {})


@pytest.fixture(scope="session")
def made():
    """Functions that build rows, summaries and experiments."""
    return SimpleNamespace(row=row, summary=summary, experiment=experiment)
