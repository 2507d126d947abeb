"""Signs that a sentence turns its source around, though its words are there.

Overlap of words cannot tell "A beats B" from "B beats A", "100 trajectories" from "100 annotators", or "does
not use" from "uses". Each sign here is narrow, so that a fair paraphrase seldom shows one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.subjects import other_subject
from assistant.wording import NUMBER, demanded_numbers, named_in, names, normalised, numbers
from index.words import STOP_WORDS, stem, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

NEGATIONS: Final = frozenset(
    "not no never without cannot neither nor none fail fails failed failing lack lacks lacked lacking unable "
    "hardly rarely seldom don't doesn't didn't isn't aren't wasn't weren't can't couldn't won't".split()
)
REACH = 3  # content words after a negation that it is taken to deny
OPPOSITES: Final = tuple(
    tuple(frozenset(side.split()) for side in pair.split("/"))
    for pair in (
        "increase increases increased increasing rise rises raises grows/decrease decreases decreased decreasing drop drops dropped falls reduces reduced",
        "higher highest/lower lowest", "better best/worse worst", "more most/less fewer least fewest",
        "faster fastest/slower slowest", "outperform outperforms outperformed/underperform underperforms underperformed",
        "success succeeds succeeded successfully/failure failures fails failed", "improve improves improved improving/degrade degrades degraded degrading worsens",
        "well/poorly badly", "larger largest/smaller smallest", "large/small", "easy easier easily/hard harder difficult",
        "longer longest/shorter shortest", "maximize maximizes maximise maximises/minimize minimizes minimise minimises",
        "online/offline", "before/after", "positive/negative", "continuous/discrete", "deterministic/stochastic",
        "supervised/unsupervised", "cause causes caused causing/prevent prevents prevented preventing avoid avoids avoided alleviate alleviates", "stable/unstable", "dense/sparse", "encoder/decoder", "possible/impossible",
    )
)  # fmt: skip
COMPARING: Final = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beats?|beat|(?:better|worse|faster|slower|higher|lower|larger|smaller|more|less|fewer)\b[^.;,]{0,40}?\bthan"
    r"|(?:falls?|lags?|fell|lagged) (?:\w+ )?behind|rather than|instead of|compared (?:to|with)|replaces?|replaced)\b",
    re.IGNORECASE,
)
SIDE = 6  # content words on either side of a comparing word that tell what is compared
UNITS: Final = frozenset(
    "percent times x k m million hours hour minutes minute seconds second days day weeks steps step gb mb ghz hz usd dollars "
    "degrees points point respectively".split()
)
WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
LEADING: Final = re.compile(r"([A-Za-z][\w-]*)\s+([A-Za-z]+)\s+$")  # the two words before a number
REMOVED: Final = re.compile(
    r"\b(?:tak(?:en?|ing) (?:out|away)|remov\w+|ablat\w+|dropp\w+|omit\w*|absence)\b", re.IGNORECASE
)
FINDING: Final = re.compile(
    r"\b(?:found|finds?|shows?|showed|shown|demonstrat\w+|achiev\w+|prov(?:e|es|ed|en)|confirm\w*|observ(?:e|es|ed))\b",
    re.IGNORECASE,
)
HOPED: Final = re.compile(
    r"\b(?:(?:is|are|was|were) expected to|we (?:expect|hope|hypothesi[sz]e|conjecture|plan to|leave)|future work|in the future|could potentially)\b",
    re.IGNORECASE,
)
DEMANDED: Final = re.compile(r"\b(?:must|should|ought to|needs? to) be\b", re.IGNORECASE)
OBLIGED: Final = re.compile(r"\b(?:must|should|ought to|needs?|has to|have to|required?)\b", re.IGNORECASE)
HUNG_ON: Final = re.compile(
    r",\s+(?:which|who|where|indicating|making|leading|resulting|suggesting|showing|demonstrating|thus|because|since|so that)\b",
    re.IGNORECASE,
)
AROUND: Final = 200  # characters around the window in which the words of such a clause are looked for
LEAST_OF_CLAUSE: Final = 0.5  # share of them that must be there
NEAR: Final = 90  # characters on either side of a number in which its noun is looked for in the source


def turned(claim: str, window: str, source: str, known: Sequence[str] = ()) -> str:
    """Why `claim` says something else than `window`, the sentences that carry its words; "" where it does not.

    Args:
        claim: The sentence.
        window: The one or two sentences of the source that hold most of its words.
        source: The whole passage.
        known: Names and title of the source's paper.
    """
    return (
        _denied(claim, window)
        or _opposite(claim, window)
        or _sides_changed(claim, window)
        or _other_noun(claim, window, source, known)
        or _other_number(claim, window)
        or _only_hoped(claim, window)
        or _of_another(claim, window, known)
        or _added(claim, window, source)
    )


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]


def _denied_stems(text: str) -> list[set[str]]:
    """For each negation in `text`, the stems of the content words it denies: the next few in its clause."""
    found = []
    for clause in re.split(r"[,;:.()]|\b(?:but|and|while|whereas|because|since|so that)\b", text.lower()):
        words = _words(clause)
        for at, word in enumerate(words):
            if word in NEGATIONS:
                after = [stem(w) for w in words[at + 1 :] if w not in STOP_WORDS and w not in NEGATIONS]
                found.append(set(after[:REACH]))
    return found


def _denied(claim: str, window: str) -> str:
    """One side denies what the other states."""
    claims, theirs = _denied_stems(claim), _denied_stems(window)
    said, there = set(stems(claim)), set(stems(window))
    if not claims and not REMOVED.search(claim):
        for denied in theirs:
            if denied and denied <= said and (len(denied) > 1 or _only_denied(denied, window)):
                return f"the passage denies it (“{_excerpt(window)}”)"
    if claims and not theirs:
        for denied in claims:
            if denied and denied <= there:
                return "the passage states what the sentence denies"
    return ""


def _only_denied(stems_: set[str], window: str) -> bool:
    """Whether the window speaks of these words in one clause alone, the one that denies them."""
    clauses = re.split(r"[,;:.()]|\b(?:but|and|while|whereas|because)\b", window)
    return sum(bool(stems_ & set(stems(clause))) for clause in clauses) == 1


def _opposite(claim: str, window: str) -> str:
    """The claim has one word of a pair of opposites, the window only the other."""
    said, there = set(_words(claim)), set(_words(window))
    for one, other in OPPOSITES:
        for here, against in ((one, other), (other, one)):
            if said & here and not there & here and there & against and not said & against:
                word = min(said & here)
                return f"the passage says “{min(there & against)}”, not “{word}”"
    return ""


def _sides_changed(claim: str, window: str) -> str:
    """Both compare by the same word, with the sides exchanged."""
    for match in COMPARING.finditer(claim):
        cue = match.group().lower().split()[0]
        for other in COMPARING.finditer(window):
            if stem(other.group().lower().split()[0]) != stem(cue):
                continue
            left, right = _sides(claim, match)
            left_there, right_there = _sides(window, other)
            straight = len(left & left_there) + len(right & right_there)
            crossed = len(left & right_there) + len(right & left_there)
            passive = re.match(r"\s*by\b", window[other.end() :]) or re.match(
                r"\s*by\b", claim[match.end() :]
            )
            if crossed > straight and not passive:
                return f"the two sides of “{match.group()}” are exchanged"
    return _subject_changed(claim, window)


def _subject_changed(claim: str, window: str) -> str:
    """Both compare, and what the claim says of one work the window says of another: "A lags" and "in contrast, B lags"."""
    if not (COMPARING.search(claim) and COMPARING.search(window)):
        return ""
    there = sorted(names(window), key=window.find)
    said = [n for n in sorted(names(claim, opening=True), key=claim.find) if len(n) > 1]
    if len(said) > 1 and there and named_in(there[0], claim) and not named_in(said[0], window):
        return f"the passage says it of {there[0]}, not of {said[0]}"
    return ""


def _sides(text: str, cue: re.Match[str]) -> tuple[set[str], set[str]]:
    before = [stem(w) for w in _words(text[: cue.start()]) if w not in STOP_WORDS][-SIDE:]
    after = [stem(w) for w in _words(text[cue.end() :]) if w not in STOP_WORDS][:SIDE]
    return set(before) - set(after), set(after) - set(before)


def _other_noun(claim: str, window: str, source: str, known: Sequence[str]) -> str:
    """A number counts other things in the claim than where it stands in the source."""
    for match in NUMBER.finditer(claim):
        values = numbers(match.group())
        head = counted(claim, match)
        if not head or not values:
            continue
        around = _around(window, values) or _around(source, values)
        own = {s for text in known for s in stems(text)}
        if around and stem(head) not in around and stem(head) not in own:
            return f"no “{head}” stands beside {match.group().strip()} in the passage"
    return ""


def _other_number(claim: str, window: str) -> str:
    """The words before a number stand in the window before another number, and never before this one: "data at 30"."""
    for match in NUMBER.finditer(claim):
        before = LEADING.search(claim[: match.start()])
        values = numbers(match.group())
        if before is None or not values or before[1].lower() in STOP_WORDS:
            continue
        lead = re.escape(before[1]) + r"\W+" + re.escape(before[2]) + r"\W+"
        places = list(re.finditer(lead + f"(?={NUMBER.pattern})", window, re.IGNORECASE))
        there = [numbers(found.group()) for p in places if (found := NUMBER.search(window, p.end()))]
        if there and not any(values & other for other in there):
            return f"the passage says “{places[0].group().strip()}” of another number than {match.group().strip()}"
    return ""


def _of_another(claim: str, window: str, known: Sequence[str]) -> str:
    """The window says it of something else than the paper's own work: of a baseline, of another system."""
    other = other_subject(claim, [window], known)
    return f"the passage says it of {other}" if other else ""


def _only_hoped(claim: str, window: str) -> str:
    """The claim tells as a finding what the window only expects, demands or leaves to the future."""
    asked = DEMANDED.search(window)
    if asked and not OBLIGED.search(claim):
        return f"the passage says “{asked.group()}”, which is a demand and no finding"
    hoped = HOPED.search(window)
    if hoped and FINDING.search(claim) and not FINDING.search(window) and not HOPED.search(claim):
        return f"the passage says “{hoped.group()}”, which is no finding"
    return ""


def _added(claim: str, window: str, source: str) -> str:
    """A clause is hung on whose words stand nowhere near: ", which is a common approach in reinforcement learning"."""
    at = source.find(window)
    near = set(stems(source[max(0, at - AROUND) : at + len(window) + AROUND] if at >= 0 else window))
    for match in HUNG_ON.finditer(claim):
        said = set(stems(claim[match.end() :]))
        if len(said) >= 3 and len(said & near) < LEAST_OF_CLAUSE * len(said):
            return f"nothing near it says “{claim[match.start() :].strip(' ,.')}”"
    return ""


def counted(text: str, number: re.Match[str]) -> str:
    """What a number counts: the last word of the run of content words behind it; "" for a unit or none."""
    if number.group().strip()[-1:] in "%×" or text[: number.start()][-1:] in ("-", "–"):
        return ""  # a share, or part of a name such as gpt-3.5-turbo
    rest = text[number.end() :]
    run = re.match(r"(?:-?\s*[a-z]+(?:-[a-z]+)*(?![\w-]|\.\w))+", rest)
    if not run:
        return ""
    head = ""
    for word in re.findall(r"[a-z]+(?:-[a-z]+)*", run.group())[:3]:
        if word in UNITS:
            return ""
        if word in STOP_WORDS:
            break
        head = word
    return head if len(head) > 3 and not head.endswith(("ing", "ed", "ly")) else ""


def _around(text: str, values: frozenset[float]) -> set[str]:
    """The stems of the words near every place in `text` where one of the values stands."""
    found: set[str] = set()
    for match in NUMBER.finditer(text):
        if numbers(match.group()) & values:
            found |= set(stems(text[max(0, match.start() - NEAR) : match.end() + NEAR]))
    for word, spelled in demanded_numbers(text).items():
        if word.isalpha() and spelled & values:
            for place in re.finditer(rf"\b{word}\b", text.lower()):
                found |= set(stems(text[max(0, place.start() - NEAR) : place.end() + NEAR]))
    return found


def _excerpt(text: str) -> str:
    flat = " ".join(normalised(text).split())
    return flat if len(flat) <= 80 else flat[:79] + "…"
