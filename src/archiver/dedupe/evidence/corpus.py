"""What the archive knows of its cards beyond their fields: with which others, where and when they were seen.

The keys of cards and what their sightings add up to go in; a `CorpusStats` that weighs any pair comes out.
Every count is of cards that share a URL, a title, a text or a neighbour pair, their `blocking_keys`.
Siblings are found by the first weighing and count in the second.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import count, pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

from archiver.dedupe.evidence.align import units
from archiver.dedupe.evidence.compare import Compared, weigh
from archiver.dedupe.evidence.counters import Slot, slots_of, uncounted
from archiver.dedupe.evidence.hosts import HostPair, are_strangers
from archiver.dedupe.evidence.pair import Kinship, Pair, PairContext, Uncounted
from archiver.dedupe.evidence.passages import only_numbers
from archiver.dedupe.evidence.sightings import CardSightings
from archiver.dedupe.evidence.signals import Verdict
from archiver.dedupe.evidence.templates import filled_differently
from archiver.dedupe.evidence.urls import has_own_part, place_of
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.unionfind import connected

_UNLIKE = 0.6
"""Likeness of two titles from which on they may be one, edited."""
_LOOKED_AT = 12
"""Titles of one text, or on one capture under one URL, that are looked at. Bounds the cost."""
_BASE = 8.0
"""Units of the shortest title that names a post with other words round it."""
_HEAD = 16
"""Characters at the beginning of a text by which distinct posts are distinguished, roughly."""


class CorpusStats:
    """The keys of cards, by number, and what is known of any two of them.

    The cards must be all those of their `blocking_keys`: what is known of a card depends on no others.
    """

    def __init__(
        self,
        keys: Sequence[CardKeys],
        sightings: Sequence[CardSightings],
        kin_hosts: Collection[HostPair] = (),
        similar_texts: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.keys = keys
        self.bases = bases_of_titles({f.title for f in keys}, similar_texts)
        self.kin_hosts = kin_hosts
        self.sightings = sightings
        self.of_url = works_by_url(keys, sightings)
        self.shared_urls = {url for url, works in self.of_url.items() if _is_shared(url, works)}
        self.of_title = works_by_title(keys, sightings, self.shared_urls)
        self.slots = slots_of(keys, sightings)
        self.of_text = works_by_text(keys, self.shared_urls, self.slots)
        self.siblings: dict[int, dict[int, Kinship]] = defaultdict(dict)
        self.counterparts: set[Pair] = set()  # siblings that differ by numbers only, both ways round
        self.templates: set[tuple[str, str]] = set()
        self.verdicts: dict[Pair, Verdict] = {}
        self.compared = Compared()

    def pair_context(self, a: int, b: int) -> PairContext:
        """Gather what is known of two cards together."""
        f, g = self.keys[a], self.keys[b]
        x, y = self.sightings[a], self.sightings[b]
        together = not x.captures.isdisjoint(y.captures)
        date = f.date if f.date == g.date else None
        rivals = list(self._rivals(a, b)) if a in self.siblings or b in self.siblings else ()
        same_title = f.title == g.title
        named = any(self.keys[s].title == f.title for _, s in rivals)
        counts = self._uncounted(f.text, g.text)
        texts = (counts.left, counts.right) if counts else (f.text, g.text)
        return PairContext(
            same_capture=together,
            same_crawl_session=not together and not x.sessions.isdisjoint(y.sessions),
            in_turn=not together and _take_turns(x, y),
            same_neighbours=not together and not x.neighbour_pairs.isdisjoint(y.neighbour_pairs),
            siblings=max((self._kinship(i, s, a + b - i) for i, s in rivals), default=Kinship.NONE),
            counterpart=any((i, s) in self.counterparts for i, s in rivals),
            template=self._of_template(a, b),
            text_posts=self._posts_of_text(f, g, *texts),
            title_posts=max(self._posts_of_title(f, g, date, together), 1 + named) if same_title else 1,
            title_dates=self._posts_of_title(f, g, None, together) if same_title else 1,
            url_posts=self._posts_of_url(f.url, together) if f.url == g.url else 1,
            uncounted=counts,
            other_site=are_strangers(x.hosts, y.hosts, self.kin_hosts),
            base_title=self._base_title(f.title, g.title),
            slots=f.url in self.shared_urls or g.url in self.shared_urls,
        )

    def _posts_of_url(self, url: str, together: bool) -> int:
        """Count the posts that one URL stood for, two of its cards taken for one."""
        works = self.of_url.get(url)
        if works is None:
            return 1
        if works.wanders:
            return 2 * works.stories
        own = works.together - (together and works.together == 2)
        return own if works.stories - 1 <= own or _is_own(url, works) else works.stories - 1

    def _posts_of_title(self, f: CardKeys, g: CardKeys, date: int | None, together: bool) -> int:
        """Count the posts that one title stood for, these two cards taken for one."""
        works = self.of_title.get((f.title, date))
        if works is None:
            return 1
        return max(
            1,
            works.together - (together and works.together == 2),
            works.places - self._in_other_places(f.url, g.url),
            works.dates - _differ(f.date, g.date),
        )

    def _posts_of_text(self, f: CardKeys, g: CardKeys, x: str, y: str) -> int:
        """Count the posts that the text stood for which two cards have, or have and begin with.

        Args:
            f: one card.
            g: the other card. The two are taken for one where both have the text.
            x: the text of the one, without counts.
            y: the text of the other, without counts.
        """
        short, long = (x, y) if len(x) < len(y) else (y, x)
        works = self.of_text.get(short) if long.startswith(short) else None
        if works is None:
            return 1
        same = x == y
        places = works.places - (same and self._in_other_places(f.url, g.url))
        titles = works.titles - (same and _differ(f.title, g.title))
        if f.title and f.title == g.title and self._posts_of_title(f, g, None, together=False) > 1:
            titles = places  # a title that several posts bear names none of them
        named = min(places, titles) if works.places and works.titles else max(places, titles)
        return max(1, named, works.dates - (same and _differ(f.date, g.date)))

    def _base_title(self, a: str, b: str) -> str:
        """Return the longest title that stands in both of two titles, and alone on another card."""
        if a == b or a not in self.bases or b not in self.bases:
            return ""
        return max(self.bases[a] & self.bases[b], key=lambda title: (len(title), title), default="")

    def _in_other_places(self, a: str, b: str) -> bool:
        """Whether two URLs are counted as two places."""
        known = a and b and a != b and a not in self.shared_urls and b not in self.shared_urls
        return bool(known) and place_of(a) != place_of(b)

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

    def _kinship(self, card: int, sibling: int, other: int) -> Kinship:
        """Return how near a card's sibling comes to the text of another card, beside which it is weighed.

        What begins both texts is as much the sibling's as the card's; a cut of the card's alone is not.
        """
        text, own = self.keys[other].text, self.keys[card].text
        if _is_beginning(text, self.keys[sibling].text):
            return Kinship.WHOLE
        if text != own and _is_beginning(text, own):
            return Kinship.NONE
        return self.siblings[card][sibling]

    def verdict(self, a: int, b: int) -> Verdict:
        """Weigh one pair, once."""
        pair = (a, b) if a < b else (b, a)
        found = self.verdicts.get(pair)
        if found is None:
            found = self.verdicts[pair] = self._weigh(*pair)
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
                self.verdicts[a, b] = self._weigh(a, b, found)

    def _weigh(self, a: int, b: int, before: Verdict | None = None) -> Verdict:
        return weigh(self.keys[a], self.keys[b], self.pair_context(a, b), before, self.compared)

    def _find_siblings(self) -> None:
        """Find the pairs on one capture that are certainly two posts with nearly one text."""
        for (a, b), found in self.verdicts.items():
            if not found.contradicted or self.sightings[a].captures.isdisjoint(self.sightings[b].captures):
                continue
            if found.likeness > 0:
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
        return uncounted(x, y, self.slots) if self.slots and x != y else None

    def _changed(self, a: int, b: int, found: Verdict) -> bool:
        """Whether the first weighing lacked something that bears on this pair."""
        if not (found.text_alike or found.counted):
            return False
        return a in self.siblings or b in self.siblings or (not found.whole and self._of_template(a, b))


def _take_turns(x: CardSightings, y: CardSightings) -> bool:
    """Whether one of two cards came as the other went."""
    return not (x.captures_before.isdisjoint(y.captures) and y.captures_before.isdisjoint(x.captures))


def _is_beginning(x: str, y: str) -> bool:
    """Whether one of two texts begins with the other."""
    return x.startswith(y) or y.startswith(x)


def _differ(x: object, y: object) -> bool:
    """Whether two values are there and differ."""
    return x not in ("", None) and y not in ("", None) and x != y


def bases_of_titles(titles: Collection[str], similar: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Find for each title the similar titles of other cards that stand whole in it."""
    found: dict[str, set[str]] = defaultdict(set)
    for x, y in similar:
        short, long = (x, y) if len(x) < len(y) else (y, x)
        if short in long and short in titles and long in titles and units(short) >= _BASE:
            found[long].add(short)
    return {title: frozenset(bases) for title, bases in found.items()}


class Works(NamedTuple):
    """How many posts a URL, a title or a text seems to stand for, by what differs among its cards.

    `together` is the most that one capture shows, `places` counts the addresses, `dates` the printed dates,
    `titles` the titles that are unlike, `stories` the cards that agree neither in text nor in title. A URL
    `wanders` if its texts stand at other URLs as well: it is a numbered slot of a list.
    """

    together: int = 1
    places: int = 1
    dates: int = 1
    titles: int = 1
    stories: int = 1
    wanders: bool = False


def works_by_url(keys: Sequence[CardKeys], sightings: Sequence[CardSightings]) -> dict[str, Works]:
    """Count the posts of URLs of more than one card."""
    by_url: dict[str, list[int]] = defaultdict(list)
    for i, f in enumerate(keys):
        if f.url:
            by_url[f.url].append(i)
    urls_of: dict[str, set[str]] | None = None
    found = {}
    for url, group in by_url.items():
        if len(group) < 2:
            continue
        own = [keys[i] for i in group]
        stories = _stories(own)
        wandering = 0
        if stories > 1:
            urls_of = urls_of or _urls_of_texts(keys)
            wandering = sum(len(urls_of[text]) > 1 for text in {f.text for f in own if f.text})
        together = _most_together(keys, sightings, group, _stories_apart)
        found[url] = Works(
            together=together,
            dates=_dates_apart(f.date for f in own),
            titles=len({f.title for f in own if f.title}),
            stories=stories,
            wanders=wandering > 1,
        )
    return found


def _urls_of_texts(keys: Sequence[CardKeys]) -> dict[str, set[str]]:
    """Return for each text the URLs that it was seen with."""
    found: dict[str, set[str]] = defaultdict(set)
    for f in keys:
        if f.text and f.url:
            found[f.text].add(f.url)
    return found


def _stories(cards: Sequence[CardKeys]) -> int:
    """Count the groups of cards that agree in title, or in the beginning of their text."""
    if cards[0].title and len({f.title for f in cards}) == 1:
        return 1
    return _groups([("text", f.text[:_HEAD]), ("title", f.title)] for f in cards)


def works_by_title(
    keys: Sequence[CardKeys], sightings: Sequence[CardSightings], shared_urls: Collection[str]
) -> dict[tuple[str, int | None], Works]:
    """Count the posts of titles of more than one card.

    Under (title, None) the count is of all cards of the title, under (title, date) of those of one date: the
    weekly links of one day are one post.
    """
    groups: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for i, f in enumerate(keys):
        if f.title:
            groups[f.title, None].append(i)
            if f.date is not None:
                groups[f.title, f.date].append(i)
    return {
        key: Works(
            together=_most_together(keys, sightings, group, _most_distinct),
            places=_places(keys[i].url for i in group if keys[i].url not in shared_urls),
            dates=_dates_apart(keys[i].date for i in group),
        )
        for key, group in groups.items()
        if len(group) > 1
    }


def works_by_text(
    keys: Sequence[CardKeys], shared_urls: Collection[str], slots: Mapping[str, Slot]
) -> dict[str, Works]:
    """Count the posts of texts, which are without their counts, of more than one card."""
    groups: dict[str, list[CardKeys]] = defaultdict(list)
    for f in keys:
        if f.text:
            groups[f.text[: slots[f.text].start] if f.text in slots else f.text].append(f)
    return {
        text: Works(
            places=_places(f.url for f in group if f.url not in shared_urls),
            dates=_dates_apart(f.date for f in group),
            titles=_titles_apart({f.title for f in group if f.title}),
        )
        for text, group in groups.items()
        if len(group) > 1
    }


def _is_shared(url: str, works: Works) -> bool:
    """Whether a URL stood for several posts."""
    return works.wanders or works.together > 1 or (works.stories > 2 and not _is_own(url, works))


def _is_own(url: str, works: Works) -> bool:
    """Whether a URL is one post's by its name.

    A post has a title, too, or one date; a saying of the day has neither.
    """
    return has_own_part(url) and (works.titles > 0 or works.dates == 1)


def _places(urls: Iterable[str]) -> int:
    """Count the addresses of posts among URLs; one that has moved to another section or host is one."""
    return len({place_of(url) for url in urls if url})


def _dates_apart(dates: Iterable[int | None]) -> int:
    """Count the dates; two that are a day apart are one, for it may be the time zone of a feed."""
    days = sorted({date for date in dates if date is not None})
    return 1 if len(days) == 2 and days[1] - days[0] == 1 else len(days)


def _titles_apart(titles: Collection[str]) -> int:
    """Count the titles that are unlike each other."""
    apart: list[str] = []
    for title in sorted(titles)[:_LOOKED_AT]:
        if all(Indel.normalized_similarity(title, other) <= _UNLIKE for other in apart):
            apart.append(title)
    return len(apart)


def _stories_apart(keys: Sequence[CardKeys]) -> int:
    """Count the titles of which none is in another, the texts of which none begins another, the authors."""
    titles = sorted({f.title for f in keys if f.title}, key=len)[:_LOOKED_AT]
    apart = sum(not any(title in longer for longer in titles[n + 1 :]) for n, title in enumerate(titles))
    return max(1, apart, _texts_apart(keys), len({f.author for f in keys if f.author}))


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
