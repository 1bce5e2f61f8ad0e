"""What languages, encoders and strategies are called in tables."""

from __future__ import annotations

LANGUAGES = {"ko": "Korean", "zh": "Chinese", "ja": "Japanese"}
TASKS = {
    "ko": "Korean film reviews",
    "zh": "Chinese shop reviews",
    "ja": "Japanese product reviews",
}
TWO, ONE = "MiniLM -> mini", "mini"
SETTINGS = {
    "reference": "References",
    TWO: "English by all-MiniLM-L6-v2, target by `mini`",
    ONE: "`mini` on both sides",
}
NAMES = {
    "majority": "majority class",
    "native-12000": "native ceiling, up to 12,000 labels",
    "native-100": "100 native labels",
    "tfidf-12000": "TF-IDF of characters, up to 12,000 native labels",
    "english-only": "English-only",
    "ten-lines": "ten lines of scikit-learn",
    "linear": "LangAlign linear, forward",
    "reverse-linear": "LangAlign linear, reverse",
    "fc": "LangAlign FC, forward",
    "reverse-fc": "LangAlign FC, reverse",
    "ae": "LangAlign AE, forward",
    "reverse-ae": "LangAlign AE, reverse",
    "linear, not centred": "linear, forward, without unlabelled text",
    "reverse-linear, not centred": "linear, reverse, without unlabelled text",
    "linear, oracle": "linear, forward, settings picked with the test labels",
    "reverse-linear, oracle": "linear, reverse, settings picked with the test labels",
}
