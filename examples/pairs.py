"""Pairs of texts: a premise entails a hypothesis, contradicts it, or does neither.

Each text of a pair is encoded and aligned by itself (siamese), so ordinary parallel sentences are
enough. The bundled encoder reads a text as a bag of sub-words: expect little of it here, and take
a transformer for real work.
"""

from langalign import LangAlign, ParallelText
from langalign.data import bundled

inference = bundled.nli("en", "train")  # texts are pairs (premise, hypothesis)
rows = bundled.parallel("nli", "en", "ko", "train")

# Parallel text may hold single sentences: take the pairs apart.
sentences = {
    (english, korean)
    for pair, translated in zip(rows.source, rows.target, strict=True)
    for english, korean in zip(pair, translated, strict=True)
}
source, target = zip(*sorted(sentences), strict=True)
parallel = ParallelText(source, target, "en", "ko")

model = LangAlign(target_lang="ko", pair_mode="siamese").fit(
    inference, parallel=parallel, unlabeled=bundled.nli("ko", "train").texts
)
test = bundled.nli("ko", "test")
for (premise, hypothesis), truth in zip(test.texts[:3], test.labels, strict=False):
    label = model.predict([(premise, hypothesis)])[0]
    print(f"{premise} -> {hypothesis}\n    {label} (truth: {truth})")
scores = model.evaluate(test)
low, high = scores.accuracy_interval.low, scores.accuracy_interval.high
print(f"accuracy {scores.accuracy:.2f} [{low:.2f}, {high:.2f}] on {scores.n} test pairs")
