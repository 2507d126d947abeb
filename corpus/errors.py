"""What can go wrong, as sentences for the user.

    DualityError            1   anything a user can be told in one line
    ├── WrongUse            2   an unknown paper, category, model or option; an empty question
    │   └── BadSettings     2   a misspelt key or a value out of bounds
    ├── NothingIndexed      3   there is no index to search yet
    ├── ModelNotAvailable   4   a chat model or embedder cannot be had
    ├── IndexLocked         5   another process is writing the index
    ├── UnreadableDocument  6   a PDF that cannot be read
    ├── Unreachable         7   no host answers
    ├── StorageFailed       8   the disk is full or refuses
    └── BadCatalogue        9   the catalogue's data files contradict themselves

The number is the exit code of the command line.
"""


class DualityError(Exception):
    """One line that names the thing, says what is wrong, and what to do next."""

    exit_code = 1


class WrongUse(DualityError):
    """The request itself cannot be met: unknown name, empty question, bad option."""

    exit_code = 2


class BadSettings(WrongUse):
    """A setting that does not exist or is out of bounds."""


class NothingIndexed(DualityError):
    """No index to search yet."""

    exit_code = 3


class ModelNotAvailable(DualityError):
    """A chat model or an embedder that cannot be had now."""

    exit_code = 4


class IndexLocked(DualityError):
    """Another process holds the writer's lock."""

    exit_code = 5


class UnreadableDocument(DualityError):
    """A PDF that cannot be read, and why."""

    exit_code = 6


class Unreachable(DualityError):
    """No network, or a host that does not answer."""

    exit_code = 7


class StorageFailed(DualityError):
    """The disk is full, read-only or broken."""

    exit_code = 8


class BadCatalogue(DualityError):
    """The catalogue's data files contradict themselves."""

    exit_code = 9
