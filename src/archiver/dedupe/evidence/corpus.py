"""What the archive knows of its cards beyond their fields: with which others, where and when they were seen.

The keys of cards and what their sightings add up to go in; a `CorpusStats` that weighs any pair comes out.
Every count is of cards that share a URL, a title, a text or a neighbour pair, their `blocking_keys`.
Siblings are found by the first weighing and count in the second.
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
"""Characters at the beginning of a text by which distinct posts are distinguished, roughly."""


class CorpusStats:
    """The keys of cards, by number, and what is known of any two of them.

    The cards must be all those of their `blocking_keys`: what is known of a card depends on no others.
    """

    def __init__(self, keys: Sequence[CardKeys], sightings: Sequence[CardSightings]) -> None:
        self.keys = keys
        self.sightings = sightings
        self.url_posts = posts_by_url(keys, sightings)
        self.title_posts = posts_by_title(keys, sightings)
        self.text_posts = posts_by_text(keys)
        self.slots = slots_of(keys, sightings)
        self.siblings: dict[int, dict[int, Kinship]] = defaultdict(dict)
        self.counterparts: set[Pair] = set()  # siblings that differ by numbers only, both ways round
        self.templates: set[tuple[str, str]] = set()
        self.verdicts: dict[Pair, Verdict] = {}

    def pair_context(self, a: int, b: int) -> PairContext:
        """Gather what is known of two cards together."""
        f, g = self.keys[a], self.keys[b]
        x, y = self.sightings[a], self.sightings[b]
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
        """Find the siblings of either card that the other might show instead, each with its card first.

        A sibling of another date is none, where both cards have one date.
        """
        f, g = self.keys[a], self.keys[b]
        dated = f.date is not None and g.date is not None and abs(f.date - g.date) <= 1
        for i in (a, b):
            for sibling in self.siblings.get(i, ()):
                date = self.keys[sibling].date
                if not dated or date is None or abs(date - f.date) <= 1:  # type: ignore[operator]
                    yield i, sibling

    def verdict(self, a: int, b: int) -> Verdict:
        """Weigh one pair, once."""
        pair = (a, b) if a < b else (b, a)
        found = self.verdicts.get(pair)
        if found is None:
            found = self.verdicts[pair] = weigh(
                self.keys[pair[0]], self.keys[pair[1]], self.pair_context(*pair)
            )
        return found

    def weigh_all(self, pairs: Iterable[Pair]) -> None:
        """Weigh the pairs, then weigh again those whose cards turned out to have siblings.

        A template shows itself by two cards on one capture with nearly one text: from then on an edit of that
        text is no longer likelier than a further post made of it.
        """
        for a, b in pairs:
            self.verdict(a, b)
        self._find_siblings()
        self._find_templates()
        for (a, b), found in self.verdicts.items():
            if self._changed(a, b, found):
                self.verdicts[a, b] = weigh(self.keys[a], self.keys[b], self.pair_context(a, b), found)

    def _find_siblings(self) -> None:
        """Find the pairs on one capture that are certainly two posts with nearly one text."""
        for (a, b), found in self.verdicts.items():
            together = not self.sightings[a].captures.isdisjoint(self.sightings[b].captures)
            if together and found.contradicted and found.likeness > 0:
                kinship = (
                    Kinship.WHOLE if found.whole else Kinship.NEAR if found.text_alike else Kinship.NUMBERED
                )
                self.siblings[a][b] = self.siblings[b][a] = kinship
                if only_numbers(self.keys[a].text, self.keys[b].text):
                    self.counterparts |= {(a, b), (b, a)}

    def _find_templates(self) -> None:
        """Find the texts that fill a slot which at least three texts fill."""
        edits = [(f, g) for f, g in self._edited_texts() if f != g]
        texts = sorted({text for pair in edits for text in pair})
        number = {text: n for n, text in enumerate(texts)}
        for x, y in filled_differently(texts, sorted({(number[f], number[g]) for f, g in edits})):
            self.templates.add((texts[x], texts[y]))

    def _of_template(self, a: int, b: int) -> bool:
        return bool(self.templates) and self._texts_of(a, b) in self.templates

    def _edited_texts(self) -> Iterable[tuple[str, str]]:
        """List the texts of the pairs that look like edits of one text, the lesser first."""
        for (a, b), found in self.verdicts.items():
            if found.text_alike and not found.whole:
                yield self._texts_of(a, b)

    def _texts_of(self, a: int, b: int) -> tuple[str, str]:
        """Return the texts of two cards without their counts, the lesser first."""
        x, y = self.keys[a].text, self.keys[b].text
        counts = self._uncounted(x, y)
        if counts:
            x, y = counts.left, counts.right
        return (x, y) if x < y else (y, x)

    def _uncounted(self, x: str, y: str) -> Uncounted | None:
        return uncounted(x, y, self.slots) if x != y else None

    def _changed(self, a: int, b: int, found: Verdict) -> bool:
        """Whether the first weighing lacked something that bears on this pair."""
        if found.counted or found.text_alike:
            return a in self.siblings or b in self.siblings or (not found.whole and self._of_template(a, b))
        return False


def posts_by_url(keys: Sequence[CardKeys], sightings: Sequence[CardSightings]) -> dict[str, int]:
    """Count the posts of URLs of more than one: cards agree neither in the text's beginning nor in the title.

    The count of a URL whose texts wander to other URLs as well (a numbered slot of a list) is doubled. It is
    at least the number of texts on one capture under the URL of which none is a cut of another.
    """
    by_url: dict[str, list[int]] = defaultdict(list)
    homes: dict[str, set[str]] = defaultdict(set)
    for i, f in enumerate(keys):
        if f.url:
            by_url[f.url].append(i)
            if f.text:
                homes[f.text].add(f.url)
    found = {}
    for url, group in by_url.items():
        if len(group) < 2:
            continue
        own = [keys[i] for i in group]
        posts = _groups([("text", f.text[:_HEAD]), ("title", f.title)] for f in own)
        if posts > 1:
            wandering = sum(len(homes[text]) > 1 for text in {f.text for f in own if f.text})
            posts = posts * 2 if wandering > 1 else posts
        posts = max(posts, _most_together(keys, sightings, group, _texts_apart))
        if posts > 1:
            found[url] = posts
    return found


def posts_by_title(
    keys: Sequence[CardKeys], sightings: Sequence[CardSightings]
) -> dict[tuple[str, int | None], int]:
    """Count the posts of titles of more than one: a capture shows them with other texts, URLs or dates.

    Under (title, None) the count is of all cards of the title, under (title, date) of those of one date: the
    weekly links of one day are one post.
    """
    groups: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for i, f in enumerate(keys):
        if f.title:
            groups[f.title, None].append(i)
            if f.date is not None:
                groups[f.title, f.date].append(i)
    posts = ((key, _most_together(keys, sightings, group, _most_distinct)) for key, group in groups.items())
    return {key: most for key, most in posts if most > 1}


def posts_by_text(keys: Sequence[CardKeys]) -> dict[str, int]:
    """Count the posts of texts of more than one: cards of three dates and more, apart by more than a day."""
    dates: dict[str, set[int]] = defaultdict(set)
    for f in keys:
        if f.text and f.date is not None:
            dates[f.text].add(f.date)
    found = {}
    for text, days in dates.items():
        posts = 1 + sum(b - a > 1 for a, b in pairwise(sorted(days)))
        if posts > 2:  # two: a post that was given a new date
            found[text] = posts
    return found


def _most_together(
    keys: Sequence[CardKeys],
    sightings: Sequence[CardSightings],
    group: Sequence[int],
    count: Callable[[Sequence[CardKeys]], int],
) -> int:
    """Return the most posts that one capture shows of a group, as `count` distinguishes them."""
    seen: set[int] = set()
    shared: set[int] = set()
    for i in group if len(group) > 1 else ():
        shared |= seen & sightings[i].captures
        seen |= sightings[i].captures
    on: Mapping[int, list[CardKeys]] = defaultdict(list)
    for i in group if shared else ():
        for capture in sightings[i].captures & shared:
            on[capture].append(keys[i])
    return max(map(count, on.values()), default=1)


def _texts_apart(keys: Sequence[CardKeys]) -> int:
    """Count the texts of which none is the beginning of the next."""
    texts = sorted({f.text for f in keys if f.text})
    return 1 + sum(not b.startswith(a) for a, b in pairwise(texts))


def _most_distinct(keys: Sequence[CardKeys]) -> int:
    """Count the texts by their beginnings, the URLs and the dates, and return the highest count."""
    heads = {f.text[:_HEAD] for f in keys if f.text}
    return max(1, len(heads), len({f.url for f in keys if f.url}), len({f.date for f in keys if f.date}))


def _groups(rows: Iterable[Sequence[tuple[str, str]]]) -> int:
    """Count the groups when rows that share a value are one; a row without any value is in none."""
    numbers: dict[tuple[str, str], int] = defaultdict(count().__next__)
    pairs: list[tuple[int, int]] = []
    for row in rows:
        pairs += pairwise([numbers[value] for value in row if value[1]])
    return len(set(connected(len(numbers), pairs)))
