"""Public ids as a person types them: in full, or their first digits.

In: an open database, the beginning of an id. Out: the public id of one card or one post. Refuses: what fits
none or several (ConfigError). The one surprise: a post goes by the id of any of its cards, so every id that
it ever had names it, and a beginning that fits several cards of one post names that post.
"""

import re
from collections.abc import Sequence

from sqlite_utils import Database

from archiver.errors import ConfigError

_BEGINNING = re.compile(r"[0-9a-f]{4,16}")


def card_id(db: Database, beginning: str) -> str:
    """The public id of the one card whose id begins so; case does not matter. Raises ConfigError."""
    return _only_one(beginning, [card for card, _ in _matching(db, beginning)])


def post_id(db: Database, beginning: str) -> str:
    """The public id of the post whose id, or a card's id, begins so. Raises ConfigError."""
    posts = sorted({post for _, post in _matching(db, beginning) if post})
    if not posts:
        raise ConfigError(
            f"{beginning}: this card is in no post yet; `archiver dedupe` brings posts up to date"
        )
    return _only_one(beginning, posts)


def _matching(db: Database, beginning: str) -> list[tuple[str, str | None]]:
    """The cards whose ids begin so, each with its post, if it is in one."""
    wanted = beginning.lower()
    if not _BEGINNING.fullmatch(wanted):
        raise ConfigError(f"{beginning}: is no id; give 4 to 16 of its hexadecimal digits, from the first on")
    found = db.execute(
        "SELECT cards.key, posts.key FROM cards LEFT JOIN posts ON posts.id = post_id"
        " WHERE cards.key BETWEEN ? AND ? || 'g' ORDER BY cards.key",
        (wanted, wanted),
    ).fetchall()
    if not found:
        raise ConfigError(f"{beginning}: no card and no post has an id that begins so")
    return found


def _only_one(beginning: str, ids: Sequence[str]) -> str:
    if len(ids) > 1:
        known = ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")
        raise ConfigError(f"{beginning}: several ids begin so ({known}); give more digits")
    return ids[0]
