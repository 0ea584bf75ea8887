"""What came, was edited, went and came back, each statement with the captures that show it.

The windows of an archive come in (`archiver.store.Windows`); `Change`s go out, in capture order, one page
after the other. Each capture is compared with the one of its page before it: the cost is that of the captures
since the time that was asked for, however large the archive is.

That a post no longer stands in the window says nothing: windows move. A post is *gone* only where a capture
shows what stood above it and what stood below it, and not the post, in a list that is ordered by age (a list
of the most read loses posts every day), and where no page shows it at that time. It may be *back* later.

An edit is said once, by the first page that shows it. Two pages that always differ (a feed and a list) are no
edit.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from operator import ge, le
from typing import Literal, NamedTuple

from archiver.coverage import VISIT
from archiver.dedupe import EditedField, edits
from archiver.models import Model, Time
from archiver.store import ShownPost, WindowPlace, Windows

ChangeKind = Literal["came", "edited", "gone", "back"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("came", "edited", "gone", "back")

_POSTS_PER_PINNED = 8
"""Posts of a list of which one may stand out of the order of age: one that is pinned, or dated anew."""


class FieldEdit(Model):
    """A field of a post that was shown with one value, and then with another."""

    field: EditedField
    old: str
    new: str


class NamedPost(Model):
    """A post by its id and title, or the beginning of its text where it has no title."""

    id: str
    title: str | None
    text: str | None = None


class Change(Model):
    """What a capture shows of a post that an earlier one does not, or the other way round.

    `capture` is the capture that shows the change, `at` its time and `page` its URL. `before` is the capture
    that it is compared with. For a post that came it is None where the page has no earlier capture: the post
    may be older. For one that is gone it is the last one that showed the post there, with `above` and `below`
    the posts round its place, and `in_its_place` posts that stand there now (perhaps the same one, rewritten
    beyond recognition). For one that is back it is the one that did not show it.
    """

    kind: ChangeKind
    at: Time
    site: str | None
    post: NamedPost
    url: str | None
    page: str
    capture: str
    before: str | None
    edits: tuple[FieldEdit, ...] = ()
    above: NamedPost | None = None
    below: NamedPost | None = None
    in_its_place: tuple[NamedPost, ...] = ()


def changes(windows: Windows, since: Time | None = None) -> Iterator[Change]:
    """Yield what changed since a time (by default ever), in capture order."""
    for place in windows.since(since):
        yield from _Comparison(windows, place, windows.before(place)).changes()


def changes_of(windows: Windows, post: str) -> Iterator[Change]:
    """Yield what happened to the post with that public id, in capture order.

    Compared are the captures that show it and those next to them: the cost is theirs.
    """
    row = windows.row_of_post(post)
    places = dict[int, WindowPlace]()
    for place in windows.showing(row):
        for one in filter(None, (place, windows.after(place))):
            places[one.row] = one
    for place in sorted(places.values(), key=lambda place: (place.at, place.url, place.capture)):
        yield from _Comparison(windows, place, windows.before(place)).changes(only=row)


def gone_posts(windows: Windows) -> set[str]:
    """Return the ids of the posts that are gone, and not back."""
    gone = set[str]()
    for change in changes(windows):
        if change.kind == "gone":
            gone.add(change.post.id)
        elif change.kind == "back":
            gone.discard(change.post.id)
    return gone


class Removal(NamedTuple):
    """The place that a post had in its list: the posts above and below it, and those that stand there now."""

    above: int
    below: int
    in_its_place: tuple[int, ...]


def removals(before: Sequence[ShownPost], after: Sequence[ShownPost]) -> dict[int, Removal]:
    """Return the posts that the second of two windows of a page does not show between their neighbours."""
    shown = {one.post for one in after}
    found = dict[int, Removal]()
    for one in _lists(before):
        other = max(_lists(after), key=lambda other: len(one.keys() & other.keys()), default={})
        found |= {post: place for post, place in _removed(one, other).items() if post not in shown}
    return found


def _lists(window: Iterable[ShownPost]) -> list[dict[int, ShownPost]]:
    """Return the posts of each list of a page, in order of their positions."""
    lists = dict[int, dict[int, ShownPost]]()
    for one in window:
        lists.setdefault(one.list_number, {}).setdefault(one.post, one)
    return list(lists.values())


def _removed(one: dict[int, ShownPost], other: dict[int, ShownPost]) -> dict[int, Removal]:
    """Return the posts that a list lost between posts that it keeps."""
    now, kept = list(other), [post for post in one if post in other]
    at = {post: place for place, post in enumerate(now)}
    keeps_order = all(at[upper] < at[lower] for upper, lower in pairwise(kept))
    if not (kept and keeps_order and _is_by_age(one.values()) and _is_by_age(other.values())):
        return {}
    found = {}
    lower_ones = iter(kept)
    above, below = None, next(lower_ones, None)
    for post in one:
        if post == below:
            above, below = post, next(lower_ones, None)
        elif below is None:
            break  # what stood at the end may have moved out of the window
        elif above is not None:
            found[post] = Removal(above, below, tuple(now[at[above] + 1 : at[below]]))
        elif at[below]:  # it stood at the head, where a later one stands now
            found[post] = Removal(now[at[below] - 1], below, ())
    return found


def _is_by_age(posts: Collection[ShownPost]) -> bool:
    """Whether the posts of a list stand in order of age, but for a pinned one among many."""
    dates = [one.date for one in posts if one.date]
    ages = dates if len(dates) == len(posts) else [one.first_seen for one in posts]
    most = len(posts) // _POSTS_PER_PINNED
    return any(
        sum(not in_order(upper, lower) for upper, lower in pairwise(ages)) <= most for in_order in (ge, le)
    )


class _Comparison:
    """A capture beside the one of its page before it."""

    def __init__(self, windows: Windows, place: WindowPlace, before: WindowPlace | None) -> None:
        self._windows = windows
        self._place = place
        self._before = before
        self._shown = windows.shown(place.row)
        self._former = windows.shown(before.row) if before else ()

    def changes(self, only: int | None = None) -> Iterator[Change]:
        """Yield the changes: of the posts that are shown in order, then of those that are gone.

        With *only* those of the post in this row.
        """
        if [one.card for one in self._shown] == [one.card for one in self._former]:
            return
        former = cards_by_post(self._former)
        for post, cards in cards_by_post(self._shown).items():
            if only not in (None, post):
                continue
            if post in former:
                if former[post] != cards:
                    yield from self._edited(post, former[post], cards)
            else:
                yield from self._appeared(post, cards)
        if self._before:
            for post, removal in removals(self._former, self._shown).items():
                if only in (None, post) and self._is_gone(post, self._before, self._place):
                    yield self._change(
                        "gone",
                        post,
                        self._before,
                        above=self._named(removal.above),
                        below=self._named(removal.below),
                        in_its_place=tuple(map(self._named, removal.in_its_place)),
                    )

    def _appeared(self, post: int, cards: list[int]) -> Iterator[Change]:
        """Yield whether a post that the page did not show came, is back, or was edited elsewhere."""
        seen = self._windows.seen_before(post, self._place)
        if seen is None:
            yield self._change("came", post, self._before)
            return
        last, card = seen
        since = self._windows.after(last)
        if (
            since
            and since.at < self._place.at
            and post in removals(self._windows.shown(last.row), self._windows.shown(since.row))
            and self._is_gone(post, last, since)
        ):
            yield self._change("back", post, since)
        still = self._windows.cards_still_shown(post, self._place.at)
        yield from self._edited_between(post, last, [card], list(dict.fromkeys([*cards, *still])))

    def _edited(self, post: int, former: list[int], cards: list[int]) -> Iterator[Change]:
        """Yield how a post that the page goes on to show was edited, unless another page has shown that."""
        seen = self._windows.seen_before(post, self._place)
        assert seen is not None  # noqa: S101 - the window before shows it
        last, card = seen
        said = {} if card in former else {edit.field for edit in self._edits([card], cards)}
        for change in self._edited_between(post, last, former, cards):
            left = tuple(edit for edit in change.edits if card in former or edit.field in said)
            if left:
                yield change.model_copy(update={"edits": left})

    def _edited_between(
        self, post: int, before: WindowPlace, former: list[int], cards: list[int]
    ) -> Iterator[Change]:
        if found := self._edits(former, cards):
            yield self._change("edited", post, before, edits=found)

    def _edits(self, former: list[int], cards: list[int]) -> tuple[FieldEdit, ...]:
        found = edits(self._windows.cards(former), self._windows.cards(cards))
        return tuple(FieldEdit(**edit._asdict()) for edit in found)

    def _is_gone(self, post: int, before: WindowPlace, after: WindowPlace) -> bool:
        """Whether no page shows a post when *after* does not: a post may have moved, or a page be stale."""
        slack = min(VISIT, (after.at - before.at) / 2)
        seen = self._windows.seen_after(post, before.at + slack)
        return seen is None or seen > after.at + slack

    def _named(self, post: int) -> NamedPost:
        facts = self._windows.facts(post)
        return NamedPost(id=facts.id, title=facts.title, text=facts.text)

    def _change(self, kind: ChangeKind, post: int, before: WindowPlace | None, **more: object) -> Change:
        facts = self._windows.facts(post)
        return Change.model_validate(
            {
                "kind": kind,
                "at": self._place.at,
                "site": facts.site,
                "post": NamedPost(id=facts.id, title=facts.title, text=facts.text),
                "url": facts.url,
                "page": self._place.url,
                "capture": self._place.capture,
                "before": before and before.capture,
                **more,
            }
        )


def cards_by_post(window: Iterable[ShownPost]) -> dict[int, list[int]]:
    """Return the cards of each post, in order of their positions."""
    found = dict[int, list[int]]()
    for one in window:
        found.setdefault(one.post, []).append(one.card)
    return found
