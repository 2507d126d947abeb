"""Fetching the catalogue's PDFs: politely, resumed where it broke off, each with its checksum.

addresses   where a paper's PDF may be had
manners     who asks, how often, and how long a busy host is left alone
network     whether anybody is there at all
part        the bytes so far, and which version they are of
refusals    why an address did not give a PDF, in words
transfer    one PDF from one address
record      `fetched.json`: what came from where, and what failed
papers      all of it, paper by paper
"""

from corpus.fetching.addresses import addresses, landing
from corpus.fetching.manners import Clock, user_agent
from corpus.fetching.papers import Fetched, Outcome, Progress, fetch, held
from corpus.fetching.record import Entry, Failure, Record
from corpus.fetching.transfer import Limits

__all__ = [
    "Clock",
    "Entry",
    "Failure",
    "Fetched",
    "Limits",
    "Outcome",
    "Progress",
    "Record",
    "addresses",
    "fetch",
    "held",
    "landing",
    "user_agent",
]
