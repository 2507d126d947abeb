from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.tokens import count, encoding


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
