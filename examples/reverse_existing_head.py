"""Serve Korean with the English classifier that you already have; nothing is trained again.

``direction="reverse"`` maps Korean vectors into the English space, in front of any fitted
classifier that has ``predict``: here one of scikit-learn.
"""

import tempfile

from sklearn.linear_model import LogisticRegression

from langalign import LangAlign
from langalign.data import bundled
from langalign.encoders.mini import MiniEncoder

# What you have: an English classifier on the vectors of some encoder.
encoder = MiniEncoder()
reviews = bundled.sentiment("en", "train")
english = LogisticRegression(C=0.3, max_iter=1000).fit(
    encoder.encode(reviews.texts), reviews.labels
)

# What you add: a map. The labels are not used again; the texts, if given, only centre.
model = LangAlign(encoder, encoder, target_lang="ko", head=english, direction="reverse")
model.fit(
    reviews.texts,
    parallel=bundled.parallel("sentiment", "en", "ko", "train"),
    unlabeled=bundled.sentiment("ko", "train").texts,
)
test = bundled.sentiment("ko", "test")
print(f"accuracy without a map {english.score(encoder.encode(test.texts), test.labels):.2f}")
print(f"accuracy with a map    {model.evaluate(test).accuracy:.2f}")

# A classifier that was brought along is never pickled: pass it again when loading.
with tempfile.TemporaryDirectory() as folder:
    model.save(f"{folder}/model")
    loaded = LangAlign.load(f"{folder}/model", head=english)
    print("the same after loading:", (loaded.predict(test) == model.predict(test)).all())
