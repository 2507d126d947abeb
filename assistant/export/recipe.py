"""The JSON of a comparison that makes it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.comparison.comparison import Comparison

VERSION = 1


class Recipe(BaseModel):
    """What makes a comparison again, as it stands in a file; its result stands there too, to look at.

    Attributes:
        approaches: Each in the form that names it without doubt.
        aspects: The rows asked for.
        question: The specific question, or "".
        model: The model's name.
        generation: The index it was made from.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    format: Literal["duality-comparison"] = "duality-comparison"
    version: int = VERSION
    approaches: tuple[str, ...]
    aspects: tuple[str, ...] = ()
    question: str = ""
    model: str = ""
    generation: str = ""


def recipe(comparison: Comparison, aspects: Sequence[str] = (), model: str = "") -> dict[str, Any]:
    """What makes the comparison again; it holds its result too, to look at."""
    made = Recipe(
        approaches=tuple(approach.target for approach in comparison.approaches),
        aspects=tuple(aspects),
        question=comparison.question,
        model=model,
        generation=comparison.generation,
    )
    return {**made.model_dump(mode="json"), "result": comparison.to_json()}


def read_recipe(path: Path) -> Recipe:
    """What a file made by `recipe` says.

    Raises:
        WrongUse: The file is not such a file.
    """
    try:
        read = Recipe.model_validate_json(path.read_text("utf-8"))
        if "format" not in read.model_fields_set:
            raise ValueError(path)  # noqa: TRY301 - as any other file
    except (OSError, ValueError) as error:
        raise WrongUse(
            f"{path} is no comparison of Duality: it is written by `duality compare A B --save FILE`."
        ) from error
    if read.version != VERSION:
        raise WrongUse(f"{path} was written by another version of Duality ({read.version!r}).")
    return read
