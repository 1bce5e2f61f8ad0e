"""A model that is held ready: loaded, tested, and run in one worker thread."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.bundle import Bundle
from langalign.bundle.folder import EncoderPool, bundled_folders
from langalign.embedding import Space, embed, width_of
from langalign.errors import DataError, SettingError
from langalign.inputs.spaces import is_ready, require_space
from langalign.model.folder import prove_model
from langalign.persistence import read_config
from langalign.saved import as_bundle, is_bundle
from langalign.serving.explaining import Explainer
from langalign.serving.failures import ServiceError

_NAME = re.compile(r"[\w.-]{1,100}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of work: texts of one kind are computed together.

    Parameters
    ----------
    what
        ``"answers"``, ``"scores"``, ``"vectors"`` or ``"explanations"``.
    lang
        Language of all texts; ``None`` recognises each from its script.
    space
        Of vectors.
    """

    what: str
    lang: str | None = None
    space: Space = "native"


class Held:
    """One model, or one bundle, under the name by which requests choose it.

    Parameters
    ----------
    name
        Letters, digits, ``.``, ``_`` and ``-``.
    bundle
        Fitted; left alone. What is held of it has no vector cache: a service writes nothing.

    Raises
    ------
    SettingError
        If the name has other signs, or the model was fitted on ready vectors.
    """

    def __init__(self, name: str, bundle: Bundle) -> None:
        if not _NAME.fullmatch(name):
            raise SettingError(
                f"{name!r}: a model's name has letters, digits, '.', '_' and '-'; "
                "write NAME=DIR to give it one"
            )
        for lang, model in bundle.models.items():
            if is_ready(model.target_fingerprint_):
                raise SettingError(
                    f"{name}: the model of {lang!r} was fitted on ready vectors, and a service is "
                    "sent texts; fit it with an encoder"
                )
        self.name = name
        self.bundle = _without_cache(bundle)
        self.explainers = {
            lang: Explainer(model) for lang, model in self.bundle.models.items() if model.examples_
        }

    def language(self, lang: str | None) -> str | None:
        """Return a language as it is spelled here.

        Raises
        ------
        ServiceError
            With status 422 if it is not served, or no language code.
        """
        if lang is None:
            return None
        try:
            return self.bundle.languages_of([""], lang)[0]
        except DataError:  # its message says what was given, which is not sent back
            served = ", ".join(self.bundle.languages)
            raise ServiceError(
                422,
                f"lang: {self.name} does not serve this language; served are: {served}. Without "
                "lang it is recognised from the script",
                code="invalid_value",
                param="lang",
            ) from None

    def width(self, asked: Asked, text: str) -> int:
        """Return the width of the vectors that a text would get.

        Raises
        ------
        DataError
            If its language cannot be recognised.
        """
        (lang,) = self.bundle.languages_of([text], asked.lang)
        return width_of(self.bundle, lang, space=asked.space)

    def work(self, asked: Asked, texts: list[Any]) -> Sequence[Any]:
        """Return a result a text; called in the worker thread."""
        if asked.what == "vectors":
            embedded = embed(self.bundle, texts, space=asked.space, lang=asked.lang)
            return [(vector, embedded.fingerprint) for vector in embedded.vectors]
        if asked.what == "scores":
            return raw_scores(self.bundle, texts, asked.lang)
        if asked.what == "explanations":
            return [self._explained(text, asked.lang) for text in texts]
        return self.bundle.answers(texts, lang=asked.lang)

    def _explained(self, text: Any, lang: str | None) -> dict[str, Any]:
        ((language, _),) = self.bundle.parts([text], lang)
        (answer,) = self.bundle.answers([text], lang=language)
        explainer = self.explainers.get(language)
        return answer | (explainer.explain(text) if explainer else {"nearest": [], "place": None})


def _without_cache(bundle: Bundle) -> Bundle:
    held = copy.copy(bundle)
    held.models = {lang: copy.copy(model) for lang, model in bundle.models.items()}
    for model in held.models.values():
        model.cache = False
    return held


def raw_scores(bundle: Bundle, texts: Sequence[Any], lang: str | None) -> list[dict[str, float]]:
    """Return what the head gives before probabilities, by label.

    Raises
    ------
    SettingError
        If the head is foreign, or predicts numbers.
    """
    from langalign.heads.base import ClassifierHead
    from langalign.text_pairs import features

    found: list[dict[str, float]] = [{}] * len(texts)
    classes = [str(name) for name in bundle.classes_]
    for language, rows in bundle.parts(texts, lang):
        classifier = bundle.models[language].classifier_
        if not isinstance(classifier.head_, ClassifierHead):
            raise SettingError("raw_scores: this model's head gives none; leave it out")
        vectors = bundle.models[language].target_vectors([texts[row] for row in rows])
        scores = classifier.head_.decision_scores(features(classifier.map_target(vectors)))
        for row, row_scores in zip(rows, scores.tolist(), strict=True):
            found[row] = dict(zip(classes, row_scores, strict=True))
    return found


def load_held(places: Iterable[str]) -> list[Held]:
    """Load folders to be served, and prove each in its space.

    Parameters
    ----------
    places
        Folders of models or bundles; ``NAME=FOLDER`` gives a name, else it is the folder's.

    Raises
    ------
    SpaceMismatchError
        If an encoder does not give the golden vectors that are saved with a model.
    PersistenceError
        If a folder is missing or damaged.
    SettingError
        If two have the same name.
    """
    pool, found = EncoderPool(), dict[str, Held]()
    for place in places:
        name, equals, folder = place.rpartition("=")
        path = Path(folder).expanduser()
        name = name if equals else path.resolve().name
        if name in found:
            raise SettingError(f"two models are called {name!r}; name one of them: NAME={folder}")
        found[name] = Held(name, _proved(path, pool))
    return list(found.values())


def _proved(path: Path, pool: EncoderPool) -> Bundle:
    if not is_bundle(path):
        model = pool.load(path)
        _prove(model, path)
        return as_bundle(model)
    bundle = Bundle.load(path, pool=pool)
    for folder, model in zip(
        bundled_folders(path, read_config(path, expected="bundle")), bundle.targets, strict=True
    ):
        _prove(model, folder)
    if bundle.source_from is not None:
        side = bundle.models[bundle.languages[-1]]
        require_space(side.target_encoder_, side.target_fingerprint_)
    return bundle


def _prove(model: Any, folder: Path) -> None:
    if not is_ready(model.target_fingerprint_):
        prove_model(model, folder)
