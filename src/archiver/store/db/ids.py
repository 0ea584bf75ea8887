"""Public ids as a person types them: in full, or their first digits.

In: an open database, the beginning of an id. Out: the public id of one card or one post. Refuses: what fits
none or several (ConfigError). The one surprise: a post goes by the id of any of its cards, also of one that
is gone, so every id that it ever had names it, and a beginning that fits several cards of one post names it.
"""

import re
from collections.abc import Sequence

from sqlite_utils import Database

from archiver.errors import ConfigError
from archiver.store.db import tombstones

_BEGINNING = re.compile(r"[0-9a-f]{4,16}")


def card_id(db: Database, beginning: str) -> str:
    """The public id of the one card whose id begins, or began, so, in either case. Raises ConfigError."""
    return _only_one(beginning, [*_matching(db, beginning)])


def post_id(db: Database, beginning: str) -> str:
    """The public id of the post whose id, or a card's id, begins so. Raises ConfigError."""
    posts = sorted({post for post in _matching(db, beginning).values() if post})
    if not posts:
        raise ConfigError(
            f"{beginning}: this card is in no post yet; dedupe the archive first", remedy="dedupe"
        )
    return _only_one(beginning, posts)


def _matching(db: Database, beginning: str) -> dict[str, str | None]:
    """The cards whose ids begin so, or in whose place they stand, each with its post, if it is in one."""
    wanted = beginning.lower()
    if not _BEGINNING.fullmatch(wanted):
        raise ConfigError(f"{beginning}: is no id; give 4 to 16 of its hexadecimal digits, from the first on")
    known = "SELECT cards.key, posts.key FROM cards LEFT JOIN posts ON posts.id = post_id WHERE cards.key"
    found = dict(db.execute(f"{known} BETWEEN ? AND ? || 'g' ORDER BY cards.key", (wanted, wanted)))
    gone = tombstones.beginning(db, wanted)
    for card in gone:
        if now := tombstones.resolve_id(db, card):
            found |= dict(db.execute(f"{known} = ?", (now,)))
    if not found and gone:
        raise ConfigError(f"{beginning}: no page shows this card any more, nor any other of its post")
    if not found:
        raise ConfigError(f"{beginning}: no card and no post has an id that begins so")
    return found


def _only_one(beginning: str, ids: Sequence[str]) -> str:
    if len(ids) > 1:
        known = ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")
        raise ConfigError(f"{beginning}: several ids begin so ({known}); give more digits")
    return ids[0]
