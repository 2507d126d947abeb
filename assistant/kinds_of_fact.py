"""Kinds of fact that questions ask for, and some sign of each that a paper which states it holds.

Where the papers asked about show no sign of the kind, they do not say it: a better ground for a refusal than a word
of the question that is merely absent, since papers say the same in other words.
"""

from __future__ import annotations

import re
from typing import Final


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# Name, how it is asked, and the sign.
KINDS_OF_FACT: Final = (
    ("an amount of money", _pattern(r"\bdollars?\b|\busd\b|\beuros?\b|\bpaid\b|\bpay\b[^?]*\bper\b|\bprice\b|\bwages?\b|\bsalar"),
     _pattern(r"[$€£]\s?\d|\bUSD\b|\bdollars?\b|\bcents?\b|\beuros?\b")),
    ("a GPU or other computing hardware", _pattern(r"\b(?:gpus?|tpus?|graphics cards?)\b|\b(?:which|what|how many)\b[^?]*\bcpus?\b"),
     _pattern(r"\bgpus?\b|\bcpus?\b|\btpus?\b|nvidia|\brtx|\ba100|\bv100|titan|geforce|\bcores?\b")),
    ("a learning rate", _pattern(r"\blearning rates?\b"), _pattern(r"learning[\s-]+rate|\blr\b|step size")),
    ("a number of epochs", _pattern(r"\bepochs?\b"), _pattern(r"\bepochs?\b")),
    ("a batch size", _pattern(r"\bbatch size\b"), _pattern(r"batch[\s-]?size|mini-?batch|batch(?:es)? of")),
    ("people who took part", _pattern(r"\bhow many (?:[\w-]+ ){0,2}(?:annotators?|participants?|subjects?|volunteers?|raters?|labell?ers?|workers?)\b"),
     _pattern(r"\bannotators?\b|\bparticipants?\b|\bsubjects\b|\bvolunteers?\b|\braters?\b|\blabell?ers?\b|\bworkers?\b|\busers?\b")),
    ("a user study", _pattern(r"\buser stud(?:y|ies)\b"), _pattern(r"\buser[\s-]stud|\bparticipants?\b|human subjects|\bvolunteers?\b")),
    ("a real robot", _pattern(r"\breal (?:robots?|arms?|quadrotors?|quadrupeds?|hands?|drones?|humanoids?)\b"),
     _pattern(r"\breal[\s-]+(?:world\s+)?(?:robot|arm|hardware|quadr|hand|drone|humanoid|franka|experiment)|physical (?:robot|hardware|system)|real-world")),
    ("flying robots", _pattern(r"\b(?:drones?|quadrotors?|quadcopters?|uavs?)\b|\bflight\b|\bfl(?:y|ew|ies)\b"),
     _pattern(r"\bdrones?\b|quadrotor|quadcopter|\buavs?\b|\bflight|\bflying\b|aerial|helicopter")),
    ("trials outdoors", _pattern(r"\boutdoors?\b"), _pattern(r"outdoor|in the wild|off-?road|uneven terrain|\bgrass\b|\bhik(?:e|ing)\b")),
    ("a distance in kilometres or miles", _pattern(r"\bkilomet(?:re|er)s?\b|\bmiles?\b"), _pattern(r"\d\s?km\b|kilomet(?:re|er)|\bmiles?\b")),
    ("touch", _pattern(r"\btactile\b|\btouch sens|\bhaptic"), _pattern(r"tactile|touch|haptic|gelsight")),
    ("sound or speech", _pattern(r"\baudio\b|\bspeech\b|\bspoken\b|\bmicrophones?\b|\bsounds?\b"), _pattern(r"\baudio|speech|spoken|microphone|\bsounds?\b|\bvoice")),
    ("power, energy or a battery", _pattern(r"\bbatter(?:y|ies)\b|\bwatts?\b|\b(?:power|energy) (?:consumption|use|usage|draw)\b|\bcarbon\b|\bco2\b"),
     _pattern(r"\bbatter(?:y|ies)\b|\bwatts?\b|\bkwh\b|(?:power|energy) (?:consum|us|draw)|\bcarbon\b|\bco2\b")),
    ("a latency or speed of inference", _pattern(r"\blatency\b|\binference (?:time|speed)\b"),
     _pattern(r"latenc|inference (?:time|speed)|\bhz\b|\d\s?ms\b|millisecond|\bfps\b|real[\s-]time|(?:frames|steps|times) per second|(?:seconds|minutes) per")),
    ("an amount of memory", _pattern(r"\bhow much\b[^?]*\bmemory\b|\bmemory (?:does|do|is|are|footprint|usage)\b|\bv?ram\b"),
     _pattern(r"\d\s?[gmt]i?b\b|memory (?:footprint|usage|requirement|consum)|\b(?:gpu|video) memory\b|\bv?ram\b|space complexity|memory complexity")),
    ("who paid for the work", _pattern(r"\bfund(?:ed|ing|s)\b|\bsponsor"), _pattern(r"fund(?:ed|ing|s)\b|sponsor|\bgrants?\b|\bfellowship|acknowledg|supported (?:in part )?by")),
    ("a number of parameters", _pattern(r"\bhow many (?:[\w-]+ ){0,2}parameters\b|\bnumber of parameters\b"), _pattern(r"\bparameters\b|\bparams\b")),
    ("a training time", _pattern(r"\bhow (?:long|many (?:hours|days|minutes))\b[^?]*\b(?:pre-?)?train|\btraining time\b|\bwall[\s-]clock\b"),
     _pattern(r"\b(?:hours?|days?|minutes|weeks?|seconds|steps|epochs?|iterations|episodes|frames)\b|wall[\s-]clock")),
    ("random seeds", _pattern(r"\bhow many (?:[\w-]+ )?seeds\b"), _pattern(r"\bseeds?\b|\bruns\b|\btrials\b")),
    ("a licence", _pattern(r"\blicen[cs]e\b"), _pattern(r"licen[cs]|creative commons|\bcc[ -]by|apache|\bmit\b")),
)  # fmt: skip


def asked(question: str) -> bool:
    """Whether the question asks for any of these kinds."""
    return any(form.search(question) for _, form, _ in KINDS_OF_FACT)


def lacking(question: str, text: str) -> list[str]:
    """The kinds of fact that the question asks for and of which the text shows no sign, by their names."""
    return [name for name, form, sign in KINDS_OF_FACT if form.search(question) and not sign.search(text)]
