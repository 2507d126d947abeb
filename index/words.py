"""The words of a question that are worth looking up."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snowballstemmer.english_stemmer import EnglishStemmer

WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
STOP_WORDS = frozenset(
    """
    a about above after again against all also although always am among an and another any anyone are as asked at be
    because been before being below between both but by call called can cannot could did do does doing done down during
    each either else ever every few for from further get gets give given gives got had has have having he hence her here
    hers herself him himself his how however i if in instead into is it its itself just kind let like made make makes
    many may me might mine more most much must my myself name namely near neither no nor not now of off often on once
    one ones only onto or other others our ours ourselves out over own paper papers per please quite rather really
    regarding same say says she should since so some something still study such tell than that the their theirs them
    themselves then there these they thing things this those though through thus to together too toward towards under
    until up upon us use used uses using very via was way ways we well were what whatever when where whether which while
    who whole whom whose why will with within without work works would yet you your yours yourself
    """.split()
)


# Runs of letters of scripts that put no blanks between words: Thai, Lao, Burmese, Khmer, kana, Chinese, Hangul.
UNPARTED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)


def in_pairs(text: str) -> str:
    """The text with each run of letters that no blanks part replaced by its pairs of neighbours, parted by blanks.

    So "控制窗" is found by "控制" and by "制窗"; a letter alone stays as it is. Pairs serve about as well as a
    dictionary of words (Nie et al., IRAL 2000).
    """

    def pairs(match: re.Match[str]) -> str:
        run = match[0]
        return f" {' '.join(run[at : at + 2] for at in range(max(1, len(run) - 1)))} "

    return UNPARTED.sub(pairs, text)


def in_unparted_script(words: Sequence[str]) -> bool:
    """Whether most of a question's words are pairs of letters of such a script."""
    return 2 * sum(bool(UNPARTED.match(word)) for word in words) > len(words)


def search_words(text: str) -> list[str]:
    """The words of `text` without stop words, in order, each once; all its words where nothing else is left.

    Words joined by a hyphen or a point are looked up whole and in parts ("gpt-3.5-turbo").
    """
    words = WORD.findall(in_pairs(text.lower()))
    chosen = [word for word in words if word not in STOP_WORDS] or words
    return list(dict.fromkeys(chosen))


@cache
def _stemmer() -> EnglishStemmer:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def stem(word: str) -> str:
    """The word's stem by Porter's second algorithm: "rewards" and "rewarding" meet in "reward"."""
    return str(_stemmer().stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of the text's search words, each once."""
    return list(dict.fromkeys(stem(word) for word in search_words(text)))
