"""Whether a model is unchanged, by its files' dates and sizes, without loading it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from langalign.encoders.transformer_loading import local_folder
from langalign.optional import require


def model_state(name: str, revision: str | None) -> str | None:
    """Return what changes whenever the files of a model change; None where there are none here.

    Parameters
    ----------
    name
        A local folder, or a name on the Hugging Face hub; of this, the files that were downloaded
        are looked at. The hub itself is not asked.
    revision
        Branch, tag or commit on the hub.

    Raises
    ------
    EncoderError
        If it is a path and no model stands there.
    """
    folder = local_folder(name)
    if folder is None:
        return _downloaded(name, revision)
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = path.stat()
        entry = (path.relative_to(folder).as_posix(), found.st_size, found.st_mtime_ns)
        digest.update(repr(entry).encode())
    return digest.hexdigest()


def _downloaded(name: str, revision: str | None) -> str | None:
    """Return the commit that was downloaded last, as the folder of its files is called."""
    hub = require("huggingface_hub", extra="torch", purpose="A model of the Hugging Face hub")
    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    names = [name] if "/" in name else [f"sentence-transformers/{name}", name]
    for each in names:
        found = hub.try_to_load_from_cache(each, "config.json", cache_dir=cache, revision=revision)
        if isinstance(found, str):
            return Path(found).parent.name
    return None
