"""No texts at all: labelled vectors, pairs of vectors, and a classifier of target vectors."""

import tempfile

import numpy as np

from langalign import AlignedClassifier, LangAlign, Linear, LogisticHead

# Two spaces of different width that see the same 16 hidden things, each with noise of its own.
rng = np.random.default_rng(0)
to_source, to_target = rng.normal(size=(16, 48)), rng.normal(size=(16, 64))


def sides(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n rows as both spaces see them, and their labels."""
    hidden = rng.normal(size=(n, 16))
    y = np.where(hidden[:, 0] + 0.3 * rng.normal(size=n) > 0, "yes", "no")
    source = hidden @ to_source + rng.normal(size=(n, 48))
    target = hidden @ to_target + rng.normal(size=(n, 64)) + 2.0
    return source.astype(np.float32), target.astype(np.float32), y


labeled, _, y = sides(500)
source, target, _ = sides(1000)
_, test, truth = sides(500)

# On arrays: aligner and head.
classifier = AlignedClassifier(Linear(), LogisticHead()).fit(labeled, y, pairs=(source, target))
print(f"accuracy {classifier.score(test, truth):.2f}")

# The same as a model that can be saved; it then takes vectors wherever it would take texts.
model = LangAlign(target_lang="ko").fit(labeled, y, parallel=(source, target))
with tempfile.TemporaryDirectory() as folder:
    model.save(f"{folder}/model")
    print(f"accuracy {LangAlign.load(f'{folder}/model').score(test, truth):.2f}, after loading")
