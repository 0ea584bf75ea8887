"""What the archive knows of its cards beyond their fields: with whom, where and when they were seen.

In: the faces of cards and what their sightings add up to. Out: a `CorpusStats` that weighs any pair.
Refuses to look further than the cards themselves: every count is of cards that share an address, a title, a
text or a place, their `blocking_keys`. The one surprise: siblings are learnt from the first weighing and
count in the second.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, pairwise

from archiver.dedupe.evidence.compare import only_numbers, weigh
from archiver.dedupe.evidence.counters import slots_of, uncounted
from archiver.dedupe.evidence.pair import Kinship, Pair, PairContext, Uncounted
from archiver.dedupe.evidence.sightings import CardSightings
from archiver.dedupe.evidence.signals import Verdict
from archiver.dedupe.evidence.templates import filled_differently
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.unionfind import connected

_HEAD = 16
"""Characters at the beginning of a text by which works are told apart, roughly."""


class CorpusStats:
    """The faces of cards, by number, and what is known of any two of them.

    The cards must be all those of their `blocking_keys`: what is known of a card depends on no others.
    """

    def __init__(self, faces: Sequence[CardKeys], shown: Sequence[CardSightings]) -> None:
        self.faces = faces
        self.shown = shown
        self.url_posts = posts_by_url(faces, shown)
        self.title_posts = posts_by_title(faces, shown)
        self.text_posts = posts_by_text(faces)
        self.slots = slots_of(faces, shown)
        self.siblings: dict[int, dict[int, Kinship]] = defaultdict(dict)
        self.counterparts: set[Pair] = set()  # siblings that differ by numbers only, both ways round
        self.templates: set[tuple[str, str]] = set()
        self.verdicts: dict[Pair, Verdict] = {}

    def known(self, a: int, b: int) -> PairContext:
        """What is known of two cards together."""
        f, g = self.faces[a], self.faces[b]
        x, y = self.shown[a], self.shown[b]
        together = not x.captures.isdisjoint(y.captures)
        date = f.date if f.date == g.date else None
        rivals = list(self._rivals(a, b))
        return PairContext(
            same_capture=together,
            same_crawl_session=not together and not x.sessions.isdisjoint(y.sessions),
            same_neighbours=not together and not x.neighbour_pairs.isdisjoint(y.neighbour_pairs),
            siblings=max((self.siblings[i][s] for i, s in rivals), default=Kinship.NONE),
            counterpart=any((i, s) in self.counterparts for i, s in rivals),
            template=self._of_template(a, b),
            text_posts=self.text_posts.get(f.text, 1) if f.text == g.text else 1,
            title_posts=self.title_posts.get((f.title, date), 1) if f.title == g.title else 1,
            title_dates=self.title_posts.get((f.title, None), 1) if f.title == g.title else 1,
            url_posts=self.url_posts.get(f.url, 1) if f.url == g.url else 1,
            uncounted=self._uncounted(f.text, g.text),
        )

    def _rivals(self, a: int, b: int) -> Iterable[tuple[int, int]]:
        """The siblings of either card that the other might show instead, each with the card it is one of.

        One whose date is told apart from theirs, where the two have one, is none.
        """
        f, g = self.faces[a], self.faces[b]
        dated = f.date is not None and g.date is not None and abs(f.date - g.date) <= 1
        for i in (a, b):
            for sibling in self.siblings.get(i, ()):
                date = self.faces[sibling].date
                if not dated or date is None or abs(date - f.date) <= 1:  # type: ignore[operator]
                    yield i, sibling

    def verdict(self, a: int, b: int) -> Verdict:
        """The weighing of one pair, done once."""
        pair = (a, b) if a < b else (b, a)
        found = self.verdicts.get(pair)
        if found is None:
            found = self.verdicts[pair] = weigh(self.faces[pair[0]], self.faces[pair[1]], self.known(*pair))
        return found

    def weigh_all(self, pairs: Iterable[Pair]) -> None:
        """Weigh the pairs, then once more those whose cards turned out to have siblings.

        A template shows itself by two cards on one capture with nearly one text: from then on an edit of that
        text is no longer likelier than a further post made of it.
        """
        for a, b in pairs:
            self.verdict(a, b)
        for (a, b), found in self.verdicts.items():
            together = not self.shown[a].captures.isdisjoint(self.shown[b].captures)
            if together and found.contradicted and found.likeness > 0:
                kinship = (
                    Kinship.WHOLE if found.whole else Kinship.NEAR if found.text_alike else Kinship.NUMBERED
                )
                self.siblings[a][b] = self.siblings[b][a] = kinship
                if only_numbers(self.faces[a].text, self.faces[b].text):
                    self.counterparts |= {(a, b), (b, a)}
        edits = [(f, g) for f, g in self._texts() if f != g]
        texts = sorted({text for pair in edits for text in pair})
        number = {text: n for n, text in enumerate(texts)}
        for x, y in filled_differently(texts, sorted({(number[f], number[g]) for f, g in edits})):
            self.templates.add((texts[x], texts[y]))
        for (a, b), found in self.verdicts.items():
            if self._changed(a, b, found):
                self.verdicts[a, b] = weigh(self.faces[a], self.faces[b], self.known(a, b), found)

    def _of_template(self, a: int, b: int) -> bool:
        return bool(self.templates) and self._texts_of(a, b) in self.templates

    def _texts(self) -> Iterable[tuple[str, str]]:
        """The texts of the pairs that look like edits of one text, the lesser first."""
        for (a, b), found in self.verdicts.items():
            if found.text_alike and not found.whole:
                yield self._texts_of(a, b)

    def _texts_of(self, a: int, b: int) -> tuple[str, str]:
        """The texts of two cards without their counts, the lesser first."""
        x, y = self.faces[a].text, self.faces[b].text
        counts = self._uncounted(x, y)
        if counts:
            x, y = counts.left, counts.right
        return (x, y) if x < y else (y, x)

    def _uncounted(self, x: str, y: str) -> Uncounted | None:
        return uncounted(x, y, self.slots) if x != y else None

    def _changed(self, a: int, b: int, found: Verdict) -> bool:
        """Whether the first weighing did not know something that bears on this pair."""
        if found.counted or found.text_alike:
            return a in self.siblings or b in self.siblings or (not found.whole and self._of_template(a, b))
        return False


def posts_by_url(faces: Sequence[CardKeys], shown: Sequence[CardSightings]) -> dict[str, int]:
    """Addresses of more than one work: their cards agree neither in the text's beginning nor in the title.

    An address whose texts wander to other addresses as well (a numbered slot of a list) counts twice; so do
    two cards that stand under one address on one capture, neither text a cut of the other.
    """
    by_url: dict[str, list[int]] = defaultdict(list)
    homes: dict[str, set[str]] = defaultdict(set)
    for i, f in enumerate(faces):
        if f.url:
            by_url[f.url].append(i)
            if f.text:
                homes[f.text].add(f.url)
    found = {}
    for url, group in by_url.items():
        if len(group) < 2:
            continue
        own = [faces[i] for i in group]
        works = _groups([("text", f.text[:_HEAD]), ("title", f.title)] for f in own)
        if works > 1:
            wandering = sum(len(homes[text]) > 1 for text in {f.text for f in own if f.text})
            works = works * 2 if wandering > 1 else works
        works = max(works, _most_together(faces, shown, group, _texts_apart))
        if works > 1:
            found[url] = works
    return found


def posts_by_title(
    faces: Sequence[CardKeys], shown: Sequence[CardSightings]
) -> dict[tuple[str, int | None], int]:
    """Titles of more than one work: borne on one capture by cards of other texts, addresses or dates.

    Under (title, None) those of all its cards, under (title, date) those of the cards of one date: the weekly
    links of one day are one work.
    """
    groups: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for i, f in enumerate(faces):
        if f.title:
            groups[f.title, None].append(i)
            if f.date is not None:
                groups[f.title, f.date].append(i)
    works = ((key, _most_together(faces, shown, group, _most_distinct)) for key, group in groups.items())
    return {key: most for key, most in works if most > 1}


def posts_by_text(faces: Sequence[CardKeys]) -> dict[str, int]:
    """Texts of more than one work: borne by cards of three dates and more, apart by more than a day."""
    dates: dict[str, set[int]] = defaultdict(set)
    for f in faces:
        if f.text and f.date is not None:
            dates[f.text].add(f.date)
    found = {}
    for text, days in dates.items():
        works = 1 + sum(b - a > 1 for a, b in pairwise(sorted(days)))
        if works > 2:  # two: a post that was dated anew
            found[text] = works
    return found


def _most_together(
    faces: Sequence[CardKeys],
    shown: Sequence[CardSightings],
    group: Sequence[int],
    count: Callable[[Sequence[CardKeys]], int],
) -> int:
    """The most works that one capture shows of a group, as `count` tells them apart."""
    seen: set[int] = set()
    shared: set[int] = set()
    for i in group if len(group) > 1 else ():
        shared |= seen & shown[i].captures
        seen |= shown[i].captures
    on: Mapping[int, list[CardKeys]] = defaultdict(list)
    for i in group if shared else ():
        for capture in shown[i].captures & shared:
            on[capture].append(faces[i])
    return max(map(count, on.values()), default=1)


def _texts_apart(faces: Sequence[CardKeys]) -> int:
    """How many texts there are of which none is the beginning of the next."""
    texts = sorted({f.text for f in faces if f.text})
    return 1 + sum(not b.startswith(a) for a, b in pairwise(texts))


def _most_distinct(faces: Sequence[CardKeys]) -> int:
    heads = {f.text[:_HEAD] for f in faces if f.text}
    return max(1, len(heads), len({f.url for f in faces if f.url}), len({f.date for f in faces if f.date}))


def _groups(rows: Iterable[Sequence[tuple[str, str]]]) -> int:
    """How many groups are left when rows that share a value are one; a row without any value is in none."""
    numbers: dict[tuple[str, str], int] = defaultdict(count().__next__)
    pairs: list[tuple[int, int]] = []
    for row in rows:
        pairs += pairwise([numbers[value] for value in row if value[1]])
    return len(set(connected(len(numbers), pairs)))
