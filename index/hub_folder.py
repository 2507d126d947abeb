"""A model of the user's choice from the model hub, as a folder: its files at one revision, checked by the hub's checksums."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Final

from corpus.errors import ModelNotAvailable
from index.downloads import SourceFailed, check_hub

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WANTED: Final = ("config.json", "tokenizer.json")


def fetch_folder(repository: str, directory: Path, one_of: Sequence[str]) -> str:
    """The configuration, the tokenizer and one network of a hub's repository in `directory`; the revision's id.

    Args:
        repository: "owner/name".
        directory: Where they go; what lies there is replaced once all is here and right.
        one_of: Names of the network's file, the first that the repository has is taken.

    Raises:
        ModelNotAvailable: The hub cannot be reached, has no such repository or files, or sent something else.
    """
    from huggingface_hub import HfApi, snapshot_download

    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    part = directory.with_name(f"{directory.name}.part")
    try:
        check_hub(endpoint)
        told = HfApi(endpoint=endpoint, token=False).model_info(repository, files_metadata=True)
        there = {file.rfilename: file for file in told.siblings or ()}
        network = next((name for name in one_of if name in there), None)
        missing = [name for name in WANTED if name not in there]
        names = [*WANTED, *([network] if network else [])]
        lacking = ", ".join(missing) or ("" if network else " or ".join(one_of))
        _refuse_without(repository, lacking)
        snapshot_download(
            repository,
            revision=told.sha,
            allow_patterns=names,
            local_dir=part,
            endpoint=endpoint,
            token=False,
        )
    except SourceFailed as error:
        raise ModelNotAvailable(f"{repository} cannot be fetched: {error}.") from error
    except ModelNotAvailable:
        raise
    except Exception as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelNotAvailable(f"{repository} cannot be fetched from the hub: {first[:200]}") from error
    for name in names:
        lfs = there[name].lfs
        if lfs is not None and hashlib.sha256((part / name).read_bytes()).hexdigest() != lfs.sha256:
            shutil.rmtree(part, ignore_errors=True)
            raise ModelNotAvailable(
                f"{name} of {repository} is not what the hub's checksum says: fetch it again."
            )
    shutil.rmtree(part / ".cache", ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)
    part.rename(directory)
    return str(told.sha)


def _refuse_without(repository: str, lacking: str) -> None:
    if lacking:
        raise ModelNotAvailable(f"{repository} on the hub has no {lacking}: name another model.")
