"""A Korean classifier from English labels, in ten lines."""

from langalign import LangAlign
from langalign.data import bundled

reviews = bundled.sentiment("en", "train")  # English texts with labels
pairs = bundled.parallel("sentiment", "en", "ko", "train")  # sentences and their translations
korean = bundled.sentiment("ko", "train").texts  # Korean texts without labels

model = LangAlign(target_lang="ko").fit(reviews, parallel=pairs, unlabeled=korean)
print(model.predict(["정말 재미있게 봤어요."]))
scores = model.evaluate(bundled.sentiment("ko", "test"))
print(f"accuracy {scores.accuracy:.2f} on {scores.n} test texts")
