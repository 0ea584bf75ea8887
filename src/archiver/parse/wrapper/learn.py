"""What the pages of a site teach: which blocks are its lists of cards, and which stand there on every page.

In: the blocks that the unaided reader saw on the pages of one site. Out: `SiteTemplate`. Pure, and a
function of the set of pages, whatever their order. Refuses to learn from what was seen once, and from one
address alone what is furniture: a listing without news does not change, either. The one surprise: a kind of
address where no page has such a list is not asked for it, so that articles are not taken for cards.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from archiver.models import Block, content_key
from archiver.parse.wrapper.signatures import from_text

MANY = 4
"""Cards of a page that teaches."""
SURE = 1.5
"""The score from which a block is the page's list, whatever other pages have."""
TEACHES = 1.0
"""The score from which a block that was chosen is one that other pages may be asked for."""
TEACHES_BESIDE = 0.55
"""The same for a block beside furniture that was chosen."""
ADDRESSES = 3
"""Addresses of one day that tell whether a block is furniture."""
UNCHANGED = 0.75
"""The share of them on which furniture has the same links."""

_SCHEME = re.compile(r"https?://(?:www\.)?")
_FRONT = re.compile(r"/(?:page/1/?|(?:index|default)\.\w+)?$")
_INDEX = re.compile(r"(?:index|default)\.\w+$")
_DIGITS = re.compile(r"\d+")


class LearnedList(NamedTuple):
    """A list of cards that the site's pages have: the shapes of their addresses, and how large it may be.

    `outside` is the most prose beside it, `longest` its longest card, both in characters and rounded up to a
    power of two, so that they hardly ever change.
    """

    signature: str
    outside: int
    longest: int
    shapes: tuple[str, ...]


class SiteTemplate(NamedTuple):
    """What a site taught: its lists of cards, and its furniture."""

    lists: tuple[LearnedList, ...] = ()
    furniture: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """A digest: the same for the same lesson."""
        return content_key([tuple(known) for known in self.lists], sorted(self.furniture))

    def lists_for(self, url: str) -> list[LearnedList]:
        """The lists that a page with that address may have: any at the root, where no article stands."""
        own = shape(url)
        return [known for known in self.lists if own in known.shapes or "/" not in own]

    def concerns(self, url: str, blocks: tuple[Block, ...]) -> bool:
        """Whether the page with these blocks is to be read with what was learnt."""
        if not self.lists_for(url):
            return False
        if not blocks or not blocks[0].chosen:
            return True
        chosen = blocks[0]
        if chosen.signature in self.furniture:
            return True
        return chosen.score < SURE and not self.is_list(chosen.signature)

    def is_list(self, signature: str) -> bool:
        """Whether the signature is that of a list that was learnt, or a special case of one."""
        own = from_text(signature)
        return any(from_text(known.signature).fits(own) for known in self.lists)


def furniture(seen: Iterable[tuple[str, str, str, str]]) -> frozenset[str]:
    """The signatures of the blocks that stand unchanged on most pages.

    *seen* are blocks by signature, day, digest of permalinks, and URL of the page, sorted by the first two.
    The pages of one day are compared: from one day to the next such a block may change, too.
    """
    found = set()
    for signature, of_it in groupby(seen, key=itemgetter(0)):
        same = addresses = 0
        for _, of_day in groupby(of_it, key=itemgetter(1)):
            shown: dict[str, set[str]] = {}
            for _, _, permalinks, url in of_day:
                shown.setdefault(permalinks, set()).add(address(url))
            of_all = len(set().union(*shown.values()))
            if of_all >= ADDRESSES:
                addresses += of_all
                same += max(map(len, shown.values()))
        if addresses and same >= UNCHANGED * addresses:
            found.add(signature)
    return frozenset(found)


def learn(pages: Iterable[tuple[str, tuple[Block, ...]]], unchanged: frozenset[str]) -> SiteTemplate:
    """What the pages (address, blocks) teach, when the *unchanged* blocks are left aside."""
    shown: dict[str, set[str]] = {}
    outside: dict[str, int] = {}
    longest: dict[str, int] = {}
    shapes: dict[str, set[str]] = {}
    for url, blocks in pages:
        block = next((b for b in blocks if b.signature not in unchanged), None)
        if block is None or block.cards < MANY or not blocks[0].chosen:
            continue
        if block.score < (TEACHES if block.chosen else TEACHES_BESIDE):
            continue
        if block.chosen and block.outside > block.longest * block.cards:  # a box beside an article
            continue
        name = block.signature
        links = shown.setdefault(name, set())
        if len(links) < 2:
            links.add(block.permalinks)
        outside[name] = max(outside.get(name, 0), _rounded(block.outside))
        longest[name] = max(longest.get(name, 0), _rounded(block.longest))
        shapes.setdefault(name, set()).add(shape(url))
    names = sorted(name for name, links in shown.items() if len(links) > 1)
    lists = tuple(
        LearnedList(name, outside[name], longest[name], tuple(sorted(shapes[name]))) for name in names
    )
    return SiteTemplate(lists, unchanged)


def address(url: str) -> str:
    """The URL without what does not change the page: two names of a front page are one address."""
    place, _, query = _SCHEME.sub("", url.partition("#")[0]).partition("?")
    return f"{_FRONT.sub('', place)}?{query}"


def shape(url: str) -> str:
    """What addresses of one kind of page share: host and path without page number and last name.

    The ending of the last name is kept: where articles are files, lists may be folders.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    names = [name for name in parts.path.split("/") if name]
    if names and _INDEX.match(names[-1]):
        names.pop()
    if names and names[-1].isdigit():
        names[-2:] = []
    if names:
        names[-1] = "*" + PurePosixPath(names[-1]).suffix
    keys = sorted(
        key
        for pair in parts.query.split("&")
        if pair and not pair.partition("=")[2].isdigit()
        for key in [pair.partition("=")[0]]
    )
    host = (parts.hostname or "").removeprefix("www.")
    return _DIGITS.sub("#", "/".join([host, *names])) + "".join(f"?{key}" for key in keys)


def _rounded(size: int) -> int:
    return 1 << max(6, size - 1).bit_length() if size > 64 else 64
