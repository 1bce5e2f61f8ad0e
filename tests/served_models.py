"""Small models to be bundled and served, and texts to ask them about."""

from __future__ import annotations

from langalign import LangAlign
from langalign.data import bundled

ROWS = range(0, 510, 3)
KO = ["정말 재미있게 봤어요.", "다시는 여기서 사지 않을 거예요.", "배송이 빨라서 좋았어요."]
JA = ["最高の映画でした。", "すぐに壊れました。"]
EN = ["A wonderful film.", "Broken and useless."]


def fitted(lang, direction="forward", **settings):
    settings = {"aligner": "linear", "select": False, "cache": False} | settings
    model = LangAlign(target_lang=lang, direction=direction, **settings)
    reviews = bundled.sentiment("en", "train").take(ROWS)
    return model.fit(
        reviews, parallel=bundled.parallel("sentiment", "en", lang, "train").take(ROWS)
    )
