"""How questions on tables are worded: what is asked of the cells, and what sets a condition."""

from __future__ import annotations

import re

NOT_A_NUMBER = re.compile(
    r"\bwhy\b|^\W*(?:when|who|where do|where does)\b|\bhow come\b|"
    r"\bhow (?:does|do|did|is|are|was|were)\b(?!.*\b(?:compare|perform|fare|score|do|rank)\b)",
    re.IGNORECASE,
)
_FIRST = r"highest|best|most|largest|greatest|maximum|max|biggest|strongest|longest|leads|lead|tops?"
HIGHEST = re.compile(rf"\b(?:{_FIRST})\b", re.IGNORECASE)
LOWEST = re.compile(r"\b(?:lowest|worst|least|smallest|fewest|minimum|min|shortest|weakest)\b", re.IGNORECASE)
SECOND = re.compile(
    r"\b(?:second|next)[- ](?:to )?(?:the )?(?:most|least|best|worst|highest|lowest|largest|smallest|greatest|longest|shortest)\b|"
    r"\b(?:come|comes|came|rank|ranks|ranked|place|places|placed|is|are|finish|finishes|finished|in) second\b|"
    r"\b(?:runner[- ]up|second place)\b",
    re.IGNORECASE,
)
NOT_FIRST = re.compile(
    rf"(?:\b(?:not|never)|n['’]t)\s+(?:\w+\s+){{0,2}}?(?:{_FIRST}|first|win)\b", re.IGNORECASE
)
SMALL_IS_BETTER = re.compile(
    r"↓|\b(?:errors?|loss|costs?|time|regret|violations?|falls|collisions?|failures?|distance|steps)\b",
    re.IGNORECASE,
)
BETTER_WORSE = re.compile(
    r"\b(?:best|worst|better|worse|lead|leads|beats?|outperforms?|outdo(?:es)?)\b", re.IGNORECASE
)
ABOVE = re.compile(
    r"\b(?:beats?|outperforms?|outdo(?:es)?|exceeds?|surpass(?:es)?|better|higher|more|larger|greater|ahead|above|leads?|wins?)\b",
    re.IGNORECASE,
)
BELOW = re.compile(r"\b(?:behind|below|worse|lower|less|fewer|smaller|loses?|trails?|short)\b", re.IGNORECASE)
ALIKE = re.compile(
    r"\b(?:just|equally|exactly)? ?as (?:good|well|often|many|much|high|low)\b|\bequal(?:s|ly)?\b|\bthe same\b|"
    r"\bno (?:better|worse)\b",
    re.IGNORECASE,
)
APART = re.compile(
    r"\b(?:by|how) (?:how )?(?:much|many|far)\b(?=.*\b(?:more|less|fewer|higher|lower|better|worse|above|below|ahead|behind|over|"
    r"drops?|falls?|rises?|gains?|loses?|leads?|improves?|exceeds?|outperforms?|beats?|increases?|decreases?|differs?|"
    r"trails?|surpass(?:es)?|apart)\b)|\bdifference\b|\bgap between\b|\bby how (?:much|many|far)\b",
    re.IGNORECASE,
)
WHICH = re.compile(r"\b(?:which|what|where|with how many|at how many)\b", re.IGNORECASE)
ASKS_LABEL = re.compile(
    r"\bwhich\b(?! (?:share|percentage|proportion|fraction|number|value|score|rate)\b)", re.IGNORECASE
)
WHOSE = re.compile(r"['’]s|paper|report|comparisons?|study|work|ablations?|table", re.IGNORECASE)
WITHOUT = re.compile(r"\s*\(?(?:w/o|without|[-−–](?=[A-Z]))[^)]*\)?\s*$")  # of a label: what is left out
INSTEAD = re.compile(r"\b(?:in place of|instead of|rather than)\s+\S*\w", re.IGNORECASE)
CONDITION = re.compile(
    r"\b(?:if|when|after|once|while|without|with|using|under)\b(?! what\b| how\b| which\b)(?P<of>[^,?;]*)",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"^(?:many|much|far|long|often|points?|percent|percentage|share|value|values|number|numbers|score|scores|reach|reaches|"
    r"reached|table|report|reports|reported|give|gives|achieve|achieves|get|gets|comparison|comparing|compare|against|result|"
    r"results|paper|first|second|third|last)$"
)
