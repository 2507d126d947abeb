from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.tokens import count, encoding

# The checksum that tiktoken itself gives for cl100k_base (tiktoken_ext/openai_public.py)
CL100K = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"


def test_known_counts_of_cl100k() -> None:
    assert count("") == 0
    assert count("hello world") == 2
    assert encoding().encode_ordinary("tiktoken is great!") == [83, 1609, 5963, 374, 2294, 0]


def test_text_that_looks_like_a_control_token_is_plain_text() -> None:
    assert count("<|endoftext|>") > 1


@given(st.text())
def test_no_text_has_more_tokens_than_bytes(text: str) -> None:
    assert count(text) <= len(text.encode())


def test_the_table_comes_from_a_package_and_not_from_the_network() -> None:
    import pytest_socket

    pytest_socket.disable_socket()
    encoding.cache_clear()
    assert count("hello world") == 2


def test_the_table_is_the_one_that_openai_publishes() -> None:
    import tiktoken_ext

    (table,) = (
        path for folder in tiktoken_ext.__path__ for path in Path(folder).glob("data/cl100k_base.tiktoken")
    )
    assert hashlib.sha256(table.read_bytes()).hexdigest() == CL100K


def test_another_table_is_not_taken(tmp_path: Path) -> None:
    from tiktoken.load import load_tiktoken_bpe

    table = tmp_path / "cl100k_base.tiktoken"
    table.write_bytes(b"IQ== 0\n")
    with pytest.raises(ValueError, match="Hash mismatch"):
        load_tiktoken_bpe(str(table), expected_hash=CL100K)
