"""An aligned pair of encoders as a model that ``mteb.evaluate`` runs, each side through its map."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from langalign.data.languages import language_scripts, primary_language
from langalign.data.scripts import script_share
from langalign.errors import DataError, SettingError
from langalign.mining.shared_space import SharedSpace, space_of_model
from langalign.optional import require
from langalign.vectors import Vectors, unit

if TYPE_CHECKING:
    from langalign.model import LangAlign

_TEXTS_LOOKED_AT = 200


class MTEBEncoder:
    """A model for MTEB's tasks, above all bitext mining, made of a shared space.

    MTEB does not say which column of a bitext task it encodes. Where both languages of the space
    are in it, the side is recognised from the script of the texts; where they share one, from the
    order of the calls, which is that of the languages in the task's metadata.

    Parameters
    ----------
    space
        Encoders and maps of both languages.
    source_lang, target_lang
        BCP 47 codes; those of MTEB (``kor-Hang``) mean the same.
    name
        Under which results are filed, ``organisation/model``.

    Examples
    --------
    >>> from langalign.data import bundled
    >>> from langalign.mining import fit_space
    >>> space = fit_space(bundled.parallel("sentiment", "en", "ko"), cache=False)
    >>> encoder = MTEBEncoder(space, "en", "ko")
    >>> encoder.similarity(np.eye(2), np.eye(2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(
        self,
        space: SharedSpace,
        source_lang: str,
        target_lang: str,
        *,
        name: str = "ours/langalign",
    ) -> None:
        self.space = space
        self.languages = primary_language(source_lang), primary_language(target_lang)
        self.name = name
        self._calls: dict[tuple[str, ...], int] = {}

    @classmethod
    def of_model(cls, model: LangAlign, *, name: str = "ours/langalign") -> MTEBEncoder:
        """Return the encoder of the space in which a fitted model's languages meet.

        Raises
        ------
        SettingError
            If the model knows no target language, or maps pairs that are read together.
        SpaceMismatchError
            If an encoder is not the one of the fit.
        """
        if model.target_lang_ is None:
            raise SettingError("this model knows no target language; fit it with target_lang=...")
        return cls(space_of_model(model), model.source_lang, model.target_lang_, name=name)

    def encode(
        self,
        inputs: Iterable[Mapping[str, Any]],
        *,
        task_metadata: Any,
        hf_split: str,
        hf_subset: str,
        prompt_type: Any = None,
        **options: Any,
    ) -> Vectors:
        """Return the vectors of one column of a task in the shared space, shape (n, d).

        Parameters
        ----------
        inputs
            Batches with ``"text"``.
        task_metadata, hf_split, hf_subset
            Tell the languages.
        prompt_type, options
            Of no effect; MTEB passes them to every model.

        Raises
        ------
        SettingError
            If none of the space's languages is in the task.
        """
        texts = [text for batch in inputs for text in batch["text"]]
        place = (str(task_metadata.name), hf_split, hf_subset)
        side = self._side(texts, _languages_of(task_metadata, hf_subset), place)
        return (self.space.source_vectors, self.space.target_vectors)[side](texts)

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Vectors:
        """Return the cosines of all pairs, shape (n, m)."""
        first, second = (unit(np.asarray(side, np.float32)) for side in (embeddings1, embeddings2))
        return np.asarray(first @ second.T)

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> Vectors:
        """Return the cosine of each row with the same row of the other side, shape (n,)."""
        first, second = (unit(np.asarray(side, np.float32)) for side in (embeddings1, embeddings2))
        return np.asarray((first * second).sum(axis=1))

    @property
    def mteb_model_meta(self) -> Any:
        """What MTEB files results under; the revision is made of both fingerprints and a map."""
        meta = require("mteb.models", extra="eval", purpose="A model for MTEB").ModelMeta
        unknown = {name: None for name, about in meta.model_fields.items() if about.is_required()}
        known = {
            "name": self.name,
            "revision": self._revision(),
            "framework": ["NumPy"],
            "similarity_fn_name": "cosine",
            "embed_dim": int(self.space.target.encoder.dim),
        }
        return meta(**(unknown | known))

    def _revision(self) -> str:
        digest = hashlib.sha256()
        maps = self.space.map_source, self.space.map_target
        for side, mapped in zip((self.space.source, self.space.target), maps, strict=True):
            digest.update(side.encoder.fingerprint.encode())
            digest.update(mapped(np.eye(side.encoder.dim, dtype=np.float32)).tobytes())
        return digest.hexdigest()[:16]

    def _side(self, texts: list[str], there: list[str], place: tuple[str, ...]) -> int:
        """Return 0 for the source's side, 1 for the target's."""
        nth = self._calls.get(place, 0)
        self._calls[place] = nth + 1
        known = [side for side, language in enumerate(self.languages) if language in there]
        if not known:
            raise SettingError(
                f"{' of '.join(place[::-1])}: its languages are {', '.join(there) or 'unknown'}; "
                f"this space is one of {' and '.join(self.languages)}"
            )
        if len(known) == 1:
            return known[0]
        shares = [_share(texts, language) for language in self.languages]
        if shares[0] != shares[1]:
            return int(shares[1] > shares[0])
        return self.languages.index(there[nth % len(there)])


def _languages_of(task_metadata: Any, hf_subset: str) -> list[str]:
    """Return the primary languages of a subset, which may itself be the name of one."""
    named = task_metadata.hf_subsets_to_langscripts.get(hf_subset, [hf_subset])
    found = []
    for code in named:
        try:
            found.append(primary_language(code))
        except DataError:
            continue
    return found


def _share(texts: list[str], language: str) -> float:
    """Return how much of the first texts is written as the language is."""
    scripts = language_scripts(language) or frozenset()
    return script_share(" ".join(texts[:_TEXTS_LOOKED_AT]), scripts) or 0.0
