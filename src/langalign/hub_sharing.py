"""``save_pretrained``, ``from_pretrained`` and ``push_to_hub``: a model on the Hugging Face hub.

The names and parameters are those of huggingface_hub's ``ModelHubMixin``, whose class is not
inherited: it would be imported with the model, and its own steps do not fit. It deletes the
old ``config.json`` before it saves, so that a save that fails would leave no model, and passes what
a stranger's ``config.json`` says to the constructor before anything is checked.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langalign.card_facts import CardFacts
from langalign.encoders.resolve import EncoderSpec, describe
from langalign.errors import DataWarning, HubError
from langalign.optional import require

if TYPE_CHECKING:
    from typing import Self

FILES = ("*.json", "*.safetensors", "README.md")
"""What is loaded from the hub; other files there are not."""
MOST_BYTES = 2**30


class HubSharing:
    """Sends a fitted model to the hub and gets it from there; a base of the model's class."""

    card_: CardFacts

    def save_pretrained(self, save_directory: str | Path, *, card: CardFacts | None = None) -> None:
        """Write the model as :meth:`save` does, with facts for its model card.

        Parameters
        ----------
        save_directory
            The folder to write.
        card
            Licence, data and scores; kept with the model.

        Raises
        ------
        NotFittedError, PersistenceError
            As :meth:`save`.
        """
        if card is not None:
            self.card_ = card
        self.save(save_directory)  # type: ignore[attr-defined]

    @classmethod
    def from_pretrained(
        cls,
        pretrained_model_name_or_path: str | Path,
        *,
        revision: str | None = None,
        token: str | bool | None = None,
        cache_dir: str | Path | None = None,
        force_download: bool = False,
        local_files_only: bool = False,
        source_encoder: EncoderSpec | None = None,
        target_encoder: EncoderSpec | None = None,
        head: Any = None,
    ) -> Self:
        """Load a model from the hub, or from a folder.

        Only safetensors, JSON and the card are fetched, a gigabyte at most, and nothing that came
        along is run.

        Parameters
        ----------
        pretrained_model_name_or_path
            A folder, or a name such as ``"organisation/model"``.
        revision
            Branch, tag or commit; by default ``main``.
        token
            For what is not public; by default that of ``hf auth login``.
        cache_dir, force_download, local_files_only
            As in ``huggingface_hub.snapshot_download``.
        source_encoder, target_encoder, head
            As in :meth:`load`.

        Raises
        ------
        HubError
            If the model is not there, cannot be fetched, or is larger than one can be.
        PersistenceError, SpaceMismatchError, EncoderError
            As :meth:`load`.
        """
        given = {"source_encoder": source_encoder, "target_encoder": target_encoder, "head": head}
        if Path(pretrained_model_name_or_path).is_dir():
            return cls.load(pretrained_model_name_or_path, **given)  # type: ignore[attr-defined, no-any-return]
        name = str(pretrained_model_name_or_path)
        with _hub_errors_of(name), tempfile.TemporaryDirectory() as passing:
            if not local_files_only:
                _check_files(name, revision, token)
            snapshot = _hub().snapshot_download(
                name,
                revision=revision,
                token=token,
                cache_dir=cache_dir,
                force_download=force_download,
                local_files_only=local_files_only,
                allow_patterns=list(FILES),
            )
            # The cache is made of links, which a model folder must not hold.
            folder = Path(passing) / name.replace("/", "--")
            shutil.copytree(snapshot, folder)
            return cls.load(folder, **given)  # type: ignore[attr-defined, no-any-return]

    def push_to_hub(
        self,
        repo_id: str,
        *,
        card: CardFacts | None = None,
        commit_message: str = "Upload a LangAlign model",
        private: bool | None = None,
        token: str | None = None,
        branch: str | None = None,
        create_pr: bool | None = None,
    ) -> str:
        """Send the model to the hub, in one commit; return the commit's address.

        Parameters
        ----------
        repo_id
            ``"organisation/model"``; made where it does not exist.
        card
            As in :meth:`save_pretrained`.
        commit_message, private, token, branch, create_pr
            As in huggingface_hub's ``ModelHubMixin.push_to_hub``.

        Raises
        ------
        HubError
            If the hub cannot be reached or refuses.
        NotFittedError
            If the model has not been fitted.
        """
        with tempfile.TemporaryDirectory() as passing, _hub_errors_of(repo_id):
            folder = Path(passing) / "model"
            self.save_pretrained(folder, card=card)
            self._warn_of_paths()
            api = _hub().HfApi(token=token)
            made = api.create_repo(repo_id, private=private, exist_ok=True)
            commit = api.upload_folder(
                repo_id=made.repo_id,
                folder_path=folder,
                commit_message=commit_message,
                revision=branch,
                create_pr=create_pr,
                delete_patterns=["*.json", "*.safetensors"],  # parts that an older model had
            )
        return str(commit.commit_url)

    def _warn_of_paths(self) -> None:
        """Warn that others will read a path of this machine and find nothing there."""
        for side in ("source", "target"):
            description = describe(getattr(self, f"{side}_encoder_"))
            path = description.get("path", description.get("model"))
            if path is not None and Path(path).exists():
                warnings.warn(
                    f"the model names its {side} encoder by a path of this machine ({path}), which "
                    "others can read and not use; push the encoder to the hub and fit with its "
                    "name there",
                    DataWarning,
                    stacklevel=3,
                )


def _hub(part: str = "") -> Any:
    return require(f"huggingface_hub{part}", extra="hub", purpose="Sharing a model on the hub")


def _check_files(name: str, revision: str | None, token: str | bool | None) -> None:
    """Look at what there is before it is fetched, unless the network is not to be used."""
    try:
        info = _hub().HfApi(token=token).model_info(name, revision=revision, files_metadata=True)
    except _hub(".errors").OfflineModeIsEnabled:
        return
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    wanted = list(_hub(".utils").filter_repo_objects(sizes, allow_patterns=list(FILES)))
    if "config.json" not in wanted:
        raise HubError(f"{name}: no config.json there; it is no model that LangAlign saved")
    if (total := sum(sizes[file] for file in wanted)) > MOST_BYTES:
        raise HubError(
            f"{name}: {total / 2**30:.1f} GiB to fetch, a LangAlign model has at most "
            f"{MOST_BYTES / 2**30:g}; is it an encoder? Use it as one: LangAlign({name!r})"
        )


@contextmanager
def _hub_errors_of(name: str) -> Iterator[None]:
    """Turn what the library below raises into errors of ours."""
    errors = _hub(".errors")
    network = require("httpx", extra="hub", purpose="Sharing a model on the hub")
    try:
        yield
    except errors.HFValidationError as error:
        raise HubError(f"{name!r}: neither a folder nor a name on the hub ({error})") from error
    except errors.RepositoryNotFoundError as error:
        raise HubError(
            f"{name}: there is no such model on the hub, or it is private; check the name, or log "
            "in: hf auth login"
        ) from error
    except errors.LocalEntryNotFoundError as error:
        raise HubError(
            f"{name}: not on this machine, and the hub cannot be asked (offline); fetch it once "
            "with network, or give the model's folder"
        ) from error
    except (errors.HfHubHTTPError, network.HTTPError, ConnectionError) as error:
        raise HubError(
            f"{name}: the hub cannot be reached or refuses ({str(error).splitlines()[0]}); check "
            "the network and the token (hf auth login)"
        ) from error
