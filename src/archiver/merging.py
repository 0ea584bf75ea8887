"""Bringing the posts of an archive up to date with its cards, at the cost of what is new.

In: an open store. Out: its posts, renewed, and how many there are. Refuses: to touch the posts of a component
that stands. The one surprise: what stands is told by digests of all that posts rest on, the program's own
source among it, so that no change of the rules can be forgotten.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files

import archiver
from archiver.dedupe import renew
from archiver.models import content_key
from archiver.store import Store

_LIBRARIES = ("numpy", "rapidfuzz")
_BESIDE = ("identity.py", "models.py")
"""What a post depends on beside deduplication's own source."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How many posts there are, of how many sightings; `renewed` of them were made by this run."""

    posts: int
    sightings: int
    renewed: int


def bring_up_to_date(store: Store, *, from_scratch: bool = False, dry_run: bool = False) -> Merged:
    """Make the posts anew whose cards, captures or overrides changed; *from_scratch*: all of them.

    With *dry_run* only say what would be.
    """
    sightings = list(store.sightings())
    known = set() if from_scratch else store.known_components()
    renewed = renew(store.cards(), sightings, known, recipe=todays_recipe(), overrides=store.overrides())
    count = sum(map(len, renewed.posts.values()))
    standing = store.count_posts(renewed.standing)
    if not dry_run:
        store.renew_posts(renewed.standing, renewed.posts)
    return Merged(standing + count, len(sightings), count)


@cache
def todays_recipe() -> str:
    """The name of how this program merges cards: a digest of all that decides what a post becomes."""
    package = files("archiver")
    modules = [*(package / "dedupe").iterdir(), *(package / name for name in _BESIDE)]
    sources = sorted((file.name, file.read_bytes()) for file in modules if file.name.endswith(".py"))
    digests = [hashlib.sha256(source).hexdigest() for _, source in sources]
    return content_key(archiver.__version__, digests, [version(name) for name in _LIBRARIES])
