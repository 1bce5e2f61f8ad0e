"""``mteb.evaluate`` runs an aligned encoder: each side of a bitext goes through its own map."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from langalign import LangAlign
from langalign.data import ParallelText, bundled
from langalign.encoders.function import FunctionEncoder
from langalign.errors import SettingError
from langalign.inputs.text_vectors import TextVectors
from langalign.mining import fit_space
from langalign.mining.shared_space import SharedSpace
from langalign.mteb_encoder import MTEBEncoder
from langalign.retrieval import nearest

with warnings.catch_warnings():  # of libraries that it loads
    warnings.simplefilter("ignore")
    mteb = pytest.importorskip("mteb")
    from datasets import Dataset, DatasetDict
    from mteb.abstasks.task_metadata import TaskMetadata
    from mteb.abstasks.text.bitext_mining import AbsTaskBitextMining
    from mteb.models.models_protocols import EncoderProtocol

pytestmark = pytest.mark.filterwarnings("ignore")  # mteb's own

PAIRS = bundled.parallel("sentiment", "en", "ko", "train")
HELD_OUT = bundled.parallel("sentiment", "en", "ko", "test").take(range(60))


def metadata(languages, name="Ours"):
    return TaskMetadata(
        name=name,
        description="Sentences of our own.",
        dataset={"path": "not/anywhere", "revision": "1"},
        type="BitextMining",
        category="t2t",
        eval_splits=["test"],
        eval_langs=languages,
        main_score="accuracy",
        reference=None,
        date=None,
        domains=None,
        task_subtypes=None,
        license=None,
        annotations_creators=None,
        dialect=None,
        modalities=["text"],
        sample_creation=None,
        bibtex_citation=None,
    )


def bitext(first, second, languages):
    """Return a task whose data are at hand."""

    class Ours(AbsTaskBitextMining):
        metadata = None

        def load_data(self, **_):
            rows = Dataset.from_dict({"sentence1": list(first), "sentence2": list(second)})
            self.dataset = DatasetDict({"-".join(languages): DatasetDict({"test": rows})})
            self.data_loaded = True

    codes = {"en": "eng-Latn", "ko": "kor-Hang", "de": "deu-Latn", "fr": "fra-Latn"}
    subset = "-".join(languages)
    Ours.metadata = metadata({subset: [codes[language] for language in languages]})
    return Ours()


def accuracy(model, task):
    result = mteb.evaluate(model, [task], cache=None, show_progress_bar=False)
    (scores,) = result.task_results[0].scores["test"]
    return scores["accuracy"]


@pytest.fixture(scope="module")
def space():
    return fit_space(PAIRS, cache=False)


def test_it_is_what_mteb_takes_for_an_encoder(space):
    encoder = MTEBEncoder(space, "en", "ko")
    assert isinstance(encoder, EncoderProtocol)
    meta = encoder.mteb_model_meta
    assert (meta.name, meta.embed_dim) == ("ours/langalign", space.target.encoder.dim)
    other = fit_space(PAIRS.take(range(300)), cache=False)
    assert meta.revision != MTEBEncoder(other, "en", "ko").mteb_model_meta.revision
    assert meta.revision == MTEBEncoder(space, "en", "ko").mteb_model_meta.revision


@pytest.mark.parametrize("turned", [False, True])
def test_a_bitext_task_gives_the_accuracy_of_the_shared_space(space, turned):
    sides = (HELD_OUT.source, HELD_OUT.target), ("en", "ko")
    texts, languages = [pair[::-1] if turned else pair for pair in sides]
    vectors = space.source_vectors(HELD_OUT.source), space.target_vectors(HELD_OUT.target)
    queries, keys = vectors[::-1] if turned else vectors
    expected = np.mean(nearest(queries, keys).indices[:, 0] == np.arange(len(HELD_OUT)))
    found = accuracy(MTEBEncoder(space, "eng-Latn", "kor-Hang"), bitext(*texts, languages))
    assert found == pytest.approx(expected)
    raw = SharedSpace(space.source, space.target, lambda X: X, lambda Y: Y)
    assert found > accuracy(MTEBEncoder(raw, "en", "ko"), bitext(*texts, languages))


def planted():
    """Return a space whose source map turns vectors round, so that a wrong side finds nothing."""
    rng = np.random.default_rng(0)
    known = rng.normal(size=(20, 6)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(6, 6)))[0].astype(np.float32)

    def number(text):
        return int(text.rpartition(" ")[2]) if " " in text else 0

    def english(texts):
        return np.stack([known[number(text)] @ turn.T for text in texts])

    def german(texts):
        return np.stack([known[number(text)] for text in texts])

    source, target = (
        TextVectors(FunctionEncoder(function, name=name), cache=False)
        for function, name in ((english, "english"), (german, "german"))
    )
    return SharedSpace(source, target, lambda X: X @ turn, lambda Y: Y)


@pytest.mark.parametrize("languages", [("en", "de"), ("de", "en")])
def test_languages_of_one_script_are_distinguished_by_the_order_of_columns(languages):
    texts = {"en": [f"sentence {n}" for n in range(20)], "de": [f"Satz {n}" for n in range(20)]}
    task = bitext(texts[languages[0]], texts[languages[1]], languages)
    encoder = MTEBEncoder(planted(), "en", "de")
    assert accuracy(encoder, task) == 1.0
    assert accuracy(encoder, task) == 1.0  # and once more


def test_a_task_of_other_languages_is_refused(space):
    with pytest.raises(SettingError, match="its languages are de, fr; this space is one of en and"):
        MTEBEncoder(space, "en", "ko").encode(
            [{"text": ["Satz"]}],
            task_metadata=metadata({"de-fr": ["deu-Latn", "fra-Latn"]}),
            hf_split="test",
            hf_subset="de-fr",
        )


@pytest.mark.parametrize(
    ("subset", "languages", "text", "side"),
    [
        ("default", ["kor-Hang"], "좋아요", "target"),
        ("default", ["eng-Latn"], "좋아요", "source"),
        ("kor_Hang", ["kor-Hang", "eng-Latn"], "Fine", "target"),
    ],
)
def test_where_one_language_is_named_it_decides(space, subset, languages, text, side):
    encode = {"source": space.source_vectors, "target": space.target_vectors}[side]
    found = MTEBEncoder(space, "en", "ko").encode(
        [{"text": [text]}],
        task_metadata=metadata(languages if subset == "default" else {"other": languages}),
        hf_split="test",
        hf_subset=subset,
    )
    np.testing.assert_array_equal(found, encode([text]))


def test_a_fitted_model_gives_its_space():
    model = LangAlign(aligner="linear", select=False, cache=False)
    pairs = ParallelText(PAIRS.source, PAIRS.target, "en", "ko")
    model.fit(bundled.sentiment("en", "train"), parallel=pairs)
    encoder = MTEBEncoder.of_model(model)
    assert encoder.languages == ("en", "ko")
    X = np.ones((2, 3))
    np.testing.assert_allclose(encoder.similarity_pairwise(X, -X), [-1, -1], rtol=1e-6)
    vectors = np.random.default_rng(0).normal(size=(20, 4))
    unknown = LangAlign(select=False).fit(vectors, ["a", "b"] * 10, parallel=(vectors, vectors))
    with pytest.raises(SettingError, match="knows no target language"):
        MTEBEncoder.of_model(unknown)
