"""What a template prints on most cards of a group, and where it prints labels.

The members of a group come in. Texts that more than half of them hold, word for word, go out ("Read more",
"Item number:", "Add to basket"): such a text is no field of a card. So do the places whose texts recur from
card to card: a kicker, a brand or a category stands there, but no title.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archiver.parse.document.tree import JOINED, Tree
from archiver.parse.listing.score import Member

_MIN_MEMBERS = 3
"""Members from which on a group shows what its template repeats."""
_LONGEST = 100
"""Characters of a text that is looked for on other cards."""
_NUMBER = re.compile(r"\d[\d.,\xa0\u202f ]*")
"""A number with what groups its digits. `re` skips to the first digit."""
_WORDS = re.compile(r"[^\W\d_]{2}.*?[\s\d][^\W\d_]{2}|\A0[^\W\d_]")
"""Two words, or a number with its unit in front."""
_MIN_TEXTS = 4
"""Texts of a place from which on it shows whether they recur."""
_DISTINCT = 0.9
"""Share of distinct texts from which on the texts of a place do not recur."""

TextPlace = tuple[int, str]
"""Where a template prints a text: the class of its element, else the chain of tags down to it."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """The texts that are repeated on most cards of a group, and the places whose texts recur.

    The places are those of texts that are glued to another, without white space between. `shapes` are the
    texts with words that most cards print with other numbers; see `shares`.
    """

    texts: frozenset[str]
    places: frozenset[TextPlace]
    shapes: frozenset[str]

    def shares(self, text: str) -> bool:
        """Return whether most cards print a text, but for its numbers."""
        if text in self.texts:
            return True
        return len(self.shapes) > 0 and len(text) <= _LONGEST and _shape_of(text) in self.shapes


NO_REPEATS = Repeats(frozenset(), frozenset(), frozenset())


def find_repeats(tree: Tree, members: Sequence[Member]) -> Repeats:
    """Return what the members of a group repeat; nothing of fewer than three members."""
    if len(members) < _MIN_MEMBERS:
        return NO_REPEATS
    counts: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    at_place: dict[TextPlace, list[str]] = defaultdict(list)
    for member in members:
        start, end = member.text_start, member.text_end
        texts = {text for text in tree.texts[start:end] if len(text) <= _LONGEST}
        counts.update(texts)
        shapes.update({shape for shape in _shape_of("\n".join(texts)).split("\n") if "0" in shape})
        for k in range(start + 1, end):
            if tree.gap[k] == JOINED and begins_word(tree, k):
                at_place[text_place(tree, k - 1)].append(tree.texts[k - 1])
                at_place[text_place(tree, k)].append(tree.texts[k])
    half = len(members) // 2
    return Repeats(
        frozenset(text for text, count in counts.items() if count > half),
        frozenset(place for place, texts in at_place.items() if _recur(texts)),
        frozenset(shape for shape, count in shapes.items() if count > half and _WORDS.search(shape)),
    )


def _shape_of(text: str) -> str:
    """Return a text with its numbers as zeros: "submitted 2 hours ago" and "... 13 hours ago" are alike."""
    return _NUMBER.sub("0", text)


def _recur(texts: Sequence[str]) -> bool:
    """Return whether the texts of a place recur."""
    return len(texts) >= _MIN_TEXTS and len(set(texts)) <= _DISTINCT * len(texts)


def text_place(tree: Tree, k: int) -> TextPlace:
    """Return the place of text *k*."""
    owner = tree.owner[k]
    name = tree.classes[owner]
    return (-1 if name else tree.path[owner], name)


def join_texts(tree: Tree, texts: Iterable[int]) -> str:
    """Join texts that are in document order, with a space between elements that stand side by side."""
    parts: list[str] = []
    before = -1
    for k in texts:
        if parts and (tree.gap[k] != JOINED or k != before + 1 or begins_word(tree, k)):
            parts.append(" ")
        parts.append(tree.texts[k])
        before = k
    return "".join(parts)


def begins_word(tree: Tree, k: int) -> bool:
    """Return whether text *k* begins a word in an element right beside that of the text before.

    Elements within words (`<b>w</b>ord`) stand in the text, hold one letter, or go on in lower case.
    """
    first, second = tree.owner[k - 1], tree.owner[k]
    start = tree.texts[k][0]
    return (
        tree.gap[k] == JOINED
        and (start.isupper() or start.isdigit())
        and len(tree.texts[k - 1]) > 1
        and len(tree.texts[k]) > 1
        and first != second
        and not tree.inside(first, second)
        and not tree.inside(second, first)
    )
