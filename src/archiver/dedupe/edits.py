"""What was edited between two showings of one post.

The cards that showed it before and the cards that show it now go in; an `Edit` for each field that has
another value goes out. Another cut of a text, a field that a page lacks, a byline in front, a new count of
comments, or the site's name beside the title are no edits: the rules are those by which a post has revisions.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from archiver.dedupe.keys.card import CardKeys, card_keys
from archiver.dedupe.survivorship import bare_titles, is_same_text, is_same_title, text_without_title
from archiver.models import Card

EditedField = Literal["title", "excerpt", "date", "author", "url"]

TIME_ZONE_DAYS = 1
"""Days by which one date may differ from itself: pages print one moment by the clocks of two zones."""


class Edit(NamedTuple):
    """A field of a post that was shown with one value, and then with another."""

    field: EditedField
    old: str
    new: str


class _KeyedCard(NamedTuple):
    """A card with its keys; `bare` are those of its title without a site's name."""

    card: Card
    keys: CardKeys
    bare: frozenset[str]


def edits(before: Sequence[Card], now: Sequence[Card]) -> list[Edit]:
    """Return what differs between all cards that showed a post before and all that show it now.

    One page may show a post in several boxes, each with other fields: a field is edited only where no value
    of it is still shown.
    """
    cards = [*before, *now]
    shown = [
        _KeyedCard(card, keys, bare_titles(card.title or ""))
        for card, keys in zip(cards, card_keys(cards), strict=True)
    ]
    return list(_edits(shown[: len(before)], shown[len(before) :]))


def _edits(before: Sequence[_KeyedCard], now: Sequence[_KeyedCard]) -> Iterator[Edit]:
    both = [*before, *now]
    titles = sorted({one.keys.title for one in both if one.keys.title}, key=lambda t: (-len(t), t))
    authors = sorted({one.keys.author for one in both if one.keys.author})

    def same_text(one: _KeyedCard, other: _KeyedCard) -> bool:
        text, other_text = (text_without_title(shown.keys.text, titles) for shown in (one, other))
        return is_same_text(text, other_text, authors)

    same: dict[EditedField, Callable[[_KeyedCard, _KeyedCard], bool]] = {
        "title": lambda a, b: is_same_title(a.keys.title, a.bare, b.keys.title, b.bare),
        "excerpt": same_text,
        "date": lambda a, b: abs((a.keys.date or 0) - (b.keys.date or 0)) <= TIME_ZONE_DAYS,
        "author": lambda a, b: a.keys.author == b.keys.author,
        "url": lambda a, b: a.keys.url == b.keys.url,
    }
    for field, is_same in same.items():
        old = [one for one in before if getattr(one.card, field)]
        new = [one for one in now if getattr(one.card, field)]
        if old and new and not any(is_same(a, b) for a in old for b in new):
            yield Edit(field, getattr(old[0].card, field), getattr(new[0].card, field))
