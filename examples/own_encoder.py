"""Any function from texts to an array is an encoder: here hashed character n-grams.

A hosted model, a library of your own, a lookup: all take this form.
"""

import tempfile

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from langalign import LangAlign
from langalign.data import bundled
from langalign.encoders.function import FunctionEncoder

hashing = HashingVectorizer(analyzer="char_wb", ngram_range=(1, 3), n_features=512)


def ngrams(texts: list[str]) -> np.ndarray:
    """Return one vector per text, shape (n, 512)."""
    return np.asarray(hashing.transform(texts).todense())


# The name stands for the vectors: change it when the function starts to return others.
encoder = FunctionEncoder(ngrams, name="char-ngrams-512-v1")

model = LangAlign("mini", encoder, target_lang="ja", direction="forward")
model.fit(
    bundled.sentiment("en", "train"),
    parallel=bundled.parallel("sentiment", "en", "ja", "train"),
    unlabeled=bundled.sentiment("ja", "train").texts,
)
test = bundled.sentiment("ja", "test")
print(f"accuracy {model.evaluate(test).accuracy:.2f} on {len(test)} test texts")

# Code is not saved with a model: pass it again when loading.
with tempfile.TemporaryDirectory() as folder:
    model.save(f"{folder}/model")
    loaded = LangAlign.load(f"{folder}/model", target_encoder=encoder)
    print("the same after loading:", (loaded.predict(test) == model.predict(test)).all())
