"""Classifiers of several languages as one: each text goes to the one of its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from langalign.alignment.answer_rows import Answer, answer_rows
from langalign.bundle.english_side import english_side, has_english_side
from langalign.bundle.folder import EncoderPool, load_bundle, save_bundle
from langalign.data.language_by_script import language_by_script
from langalign.data.languages import normalize_language, primary_language
from langalign.data.text import Text
from langalign.errors import DataError, SettingError
from langalign.heads.base import Labels, Probabilities
from langalign.inputs.asked_texts import asked_texts
from langalign.model import LangAlign
from langalign.tasks import Task

Parts = list[tuple[str, list[int]]]
"""Languages, and which rows are in each."""


class Bundle:
    """Fitted models of several target languages with the same labels, used as one.

    Mixed traffic needs only one bundle: each text goes to the model of its language, which is given
    or recognised from the script (:func:`langalign.data.language_by_script.language_by_script`).
    Texts of the source language, English, go to the head itself: to that of the first reverse
    model, else of the first forward one whose source encoder is at hand.

    Parameters
    ----------
    models
        Fitted, one for each target language. Texts in the script of none of the languages go to
        the first.
    source_side
        Whether to serve the source language, where that is possible.

    Attributes
    ----------
    models : dict of str to LangAlign
        By language; the source language is the last.
    source_from : str or None
        The target language whose model answers for the source language.
    classes_, task_, takes_pairs_
        As of :class:`LangAlign`; they are the same in all models.

    Raises
    ------
    SettingError
        If there is no model, two are of one language, or labels, kinds of text or ``normalize``
        differ.
    NotFittedError
        If one is not fitted.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> def fitted(lang):
    ...     pairs = bundled.parallel("sentiment", "en", lang, "train")
    ...     model = LangAlign(target_lang=lang, select=False, cache=False)
    ...     return model.fit(bundled.sentiment("en", "train"), parallel=pairs)
    >>> bundle = Bundle([fitted("ko"), fitted("ja")])
    >>> bundle.languages
    ('ko', 'ja', 'en')
    >>> texts = ["정말 재미있게 봤어요.", "最高の映画でした。", "A wonderful film."]
    >>> bundle.languages_of(texts)
    ['ko', 'ja', 'en']
    >>> bundle.predict(texts).shape
    (3,)
    """

    def __init__(self, models: Sequence[LangAlign], *, source_side: bool = True) -> None:
        self.models = _by_language(models)
        first = next(iter(self.models.values()))
        self.task_: Task = first.task_
        self.classes_: Labels = first.classes_
        self.takes_pairs_: bool = first.takes_pairs_
        for lang, model in self.models.items():
            _require_alike(first, model, lang)
        self.source_from = _source_from(self.models) if source_side else None
        if self.source_from is not None:
            side = english_side(self.models[self.source_from])
            self.models[normalize_language(side.source_lang)] = side

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are served, the source language last."""
        return tuple(self.models)

    @property
    def targets(self) -> list[LangAlign]:
        """The models that the bundle was made of."""
        return list(self.models.values())[: len(self.models) - (self.source_from is not None)]

    def languages_of(self, texts: Sequence[Text], lang: str | None = None) -> list[str]:
        """Return the language of each text: the one given, else that of its script.

        ``ko-KR`` means ``ko`` where that is served, and ``zh`` the only ``zh-...`` that is.

        Raises
        ------
        DataError
            If ``lang`` is not served, or two languages that are share the script of a text.
        """
        if lang is None:
            return [language_by_script(text, self.languages) for text in texts]
        language = normalize_language(lang)
        if language not in self.models:
            alike = [served for served in self.languages if _one_is_in_the_other(served, language)]
            if len(alike) != 1:
                raise DataError(f"lang={lang!r}: expected one of {', '.join(self.languages)}")
            (language,) = alike
        return [language] * len(texts)

    def parts(self, texts: Sequence[Text], lang: str | None = None) -> Parts:
        """Return which rows of ``texts`` are in which language.

        Raises
        ------
        DataError
            As in :meth:`languages_of`.
        """
        rows: dict[str, list[int]] = {}
        for row, language in enumerate(self.languages_of(texts, lang)):
            rows.setdefault(language, []).append(row)
        return list(rows.items())

    def answers(self, texts: Any, *, lang: str | None = None) -> list[Answer]:
        """Return a record for each text: ``lang``, ``label``, and its probabilities.

        Parameters
        ----------
        texts
            Texts, or pairs of texts.
        lang
            Language of all of them; without it, each is recognised from its script.

        Raises
        ------
        DataError
            If these are not texts, there are none, or they are of another kind than the models
            take; or as in :meth:`languages_of`.
        """
        asked: tuple[Text, ...] = asked_texts(texts, takes_pairs=self.takes_pairs_)
        found: list[Answer] = [{}] * len(asked)
        for language, rows in self.parts(asked, lang):
            model = self.models[language]
            vectors = model.target_vectors([asked[row] for row in rows])
            for row, answer in zip(rows, answer_rows(model.classifier_, vectors), strict=True):
                found[row] = {"lang": language} | answer
        return found

    def predict(
        self, texts: Any, *, lang: str | None = None, abstain_below: float | None = None
    ) -> Labels:
        """Return a label, joined labels, or a number for each text, shape (n,).

        As :meth:`LangAlign.predict`; ``lang`` as in :meth:`answers`.
        """
        asked = asked_texts(texts, takes_pairs=self.takes_pairs_)
        parts = [
            (
                rows,
                self.models[language].predict(
                    [asked[row] for row in rows], abstain_below=abstain_below
                ),
            )
            for language, rows in self.parts(asked, lang)
        ]
        found: Labels = _in_order(parts)
        return found

    def predict_proba(self, texts: Any, *, lang: str | None = None) -> Probabilities:
        """Return the probability of each class (columns as ``classes_``), shape (n, n_classes).

        As :meth:`LangAlign.predict_proba`; ``lang`` as in :meth:`answers`.
        """
        asked = asked_texts(texts, takes_pairs=self.takes_pairs_)
        parts = [
            (rows, self.models[language].predict_proba([asked[row] for row in rows]))
            for language, rows in self.parts(asked, lang)
        ]
        found: Probabilities = _in_order(parts)
        return found

    def save(self, path: str | Path) -> None:
        """Write the bundle as a folder, whole or not at all; each model is a folder in it.

        Raises
        ------
        PersistenceError
            If ``path`` is a file, or a folder with other things in it.
        """
        save_bundle(self, path)

    @classmethod
    def load(cls, path: str | Path, *, pool: EncoderPool | None = None) -> Bundle:
        """Read a bundle that :meth:`save` wrote; each model runs its self-test.

        Parameters
        ----------
        path
            The bundle's folder.
        pool
            Encoders of models that were read before, to be shared with them.

        Raises
        ------
        PersistenceError
            If the folder is missing, damaged or of a newer format.
        SpaceMismatchError
            If an encoder is not the one of the fit.
        """
        return load_bundle(cls, path, pool or EncoderPool())


def _by_language(models: Sequence[LangAlign]) -> dict[str, LangAlign]:
    if not models:
        raise SettingError("a bundle of no models; give at least one")
    found: dict[str, LangAlign] = {}
    for model in models:
        model._require_fitted()
        lang = model.target_lang_ or "und"
        if lang in found:
            raise SettingError(
                f"two models are of the language {lang!r}; a bundle has one per language. Fit them "
                "with target_lang=, or serve them separately"
            )
        found[lang] = model
    return found


def _one_is_in_the_other(first: str, second: str) -> bool:
    """Return whether one of two codes is the language of the other, without script and region."""
    return first == primary_language(second) or second == primary_language(first)


def _require_alike(first: LangAlign, model: LangAlign, lang: str) -> None:
    properties = {
        "kind of task": (first.task_, model.task_),
        "kind of text (pairs or single texts)": (first.takes_pairs_, model.takes_pairs_),
        "labels": (first.classes_.tolist(), model.classes_.tolist()),
        "normalize": (first.normalize, model.normalize),
    }
    for what, (expected, found) in properties.items():
        if expected != found:
            raise SettingError(
                f"the model of {lang!r} differs in its {what}: {found}, the first has {expected}; "
                "serve them separately"
            )


def _source_from(models: Mapping[str, LangAlign]) -> str | None:
    """Return whose head answers for the source language: a reverse one's, it was made for it."""
    able = [
        (model.direction != "reverse", place, lang)
        for place, (lang, model) in enumerate(models.items())
        if has_english_side(model) and normalize_language(model.source_lang) not in models
    ]
    return min(able)[2] if able else None


def _in_order(parts: list[tuple[list[int], Any]]) -> Any:
    """Return arrays of some rows each as one array of all rows."""
    order = np.concatenate([rows for rows, _ in parts])
    together = np.concatenate([found for _, found in parts])
    return together[np.argsort(order)]
