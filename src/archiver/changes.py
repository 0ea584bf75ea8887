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
from datetime import datetime
from itertools import pairwise
from operator import ge, le
from typing import Literal, NamedTuple

from archiver.coverage import VISIT
from archiver.dedupe import EditedField, edits
from archiver.models import Model, Time
from archiver.store import PostFacts, ShownPost, WindowPlace, Windows

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
    may be older; `in_place_of` are posts that stood in its place, perhaps the same one, rewritten beyond
    recognition. For a post that is gone it is the last capture that showed the post there, with `above` and
    `below` the posts round its place now. For one that is back it is the one that did not show it.
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
    in_place_of: tuple[NamedPost, ...] = ()


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


def gone_posts(windows: Windows) -> dict[str, datetime]:
    """Return the ids of the posts that are gone, and not back, with the time of the capture that shows it."""
    gone = dict[str, datetime]()
    for change in changes(windows):
        if change.kind == "gone":
            gone.setdefault(change.post.id, change.at)
        elif change.kind == "back":
            gone.pop(change.post.id, None)
    return gone


class Neighbours(NamedTuple):
    """The posts that stand above and below a place in a list."""

    above: int
    below: int


class WindowComparison(NamedTuple):
    """What two windows of a page show of the places between posts that both show.

    `gone` are posts that the first one shows and the second does not, with what stands round their place now.
    `replaced` are posts that the second one shows in a place where the first shows others, with these.
    """

    gone: dict[int, Neighbours]
    replaced: dict[int, tuple[int, ...]]


def compare_windows(before: Sequence[ShownPost], after: Sequence[ShownPost]) -> WindowComparison:
    """Compare two windows of a page, list by list."""
    compared = WindowComparison({}, {})
    shown_before, shown_after = ({one.post for one in window} for window in (before, after))
    for one in _lists(before):
        other = max(_lists(after), key=lambda other: len(one.keys() & other.keys()), default={})
        for stretch in _stretches(one, other):
            lost = [post for post in stretch.lost if post not in shown_after]
            new = [post for post in stretch.new if post not in shown_before]
            if stretch.is_certain:
                compared.gone.update(dict.fromkeys(lost, stretch.neighbours))
            elif lost:
                compared.replaced.update(dict.fromkeys(new, tuple(lost)))
    return compared


def _lists(window: Iterable[ShownPost]) -> list[dict[int, ShownPost]]:
    """Return the posts of each list of a page, in order of their positions."""
    lists = dict[int, dict[int, ShownPost]]()
    for one in window:
        lists.setdefault(one.list_number, {}).setdefault(one.post, one)
    return list(lists.values())


class _Stretch(NamedTuple):
    """A place between two posts that two lists show: the posts that only one of them shows there.

    It is certain that the lost ones are none of the new ones where there are none, or all are later.
    """

    neighbours: Neighbours
    lost: list[int]
    new: list[int]
    is_certain: bool


def _stretches(one: dict[int, ShownPost], other: dict[int, ShownPost]) -> Iterator[_Stretch]:
    """Yield the places between what two lists of a page show, where both are in one order, by age."""
    kept = [post for post in one if post in other]
    if kept != [post for post in other if post in one]:
        return
    if not (_is_by_age(one.values()) and _is_by_age(other.values())):
        return
    then, now = list(one), list(other)
    titles = {post.title for post in other.values() if post.title}
    for above, below in pairwise([None, *kept]):
        assert below is not None  # noqa: S101 - only the first is None
        missing = then[then.index(above) + 1 if above else 0 : then.index(below)]
        new = now[now.index(above) + 1 if above else 0 : now.index(below)]
        # one that was pinned there, out of its age, may just have been let go
        lost = [post for post in missing if _is_by_age([one[n] for n in (above, post, below) if n])]
        # nor is one gone of which another one, which is shown, has the title
        lost = [post for post in lost if one[post].title not in titles]
        if above:
            yield _Stretch(Neighbours(above, below), lost, new, not new)
        elif new:  # the head of the list, where later posts come
            latest = max((one[post].date or "~" for post in lost), default="")
            oldest = one[below].date or "~"
            is_later = all(oldest <= latest < (other[post].date or "") for post in new)
            yield _Stretch(Neighbours(new[-1], below), lost, new, is_later)


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
        compared = compare_windows(self._former, self._shown)
        for post, cards in cards_by_post(self._shown).items():
            if only not in (None, post):
                continue
            if post not in former:
                yield from self._appeared(post, cards, compared.replaced.get(post, ()))
            elif former[post] != cards:
                yield from self._edited(post, former[post], cards)
        for post, neighbours in compared.gone.items():
            assert self._before is not None  # noqa: S101 - a window that shows the post
            if only in (None, post) and self._is_gone(post, self._before, self._place):
                above, below = map(self._named, neighbours)
                yield self._change("gone", post, self._before, above=above, below=below)

    def _appeared(self, post: int, cards: list[int], stood_there: Iterable[int]) -> Iterator[Change]:
        """Yield whether a post that the page did not show came, is back, or was edited elsewhere."""
        seen = self._windows.seen_before(post, self._place)
        if seen is None:
            in_place_of = tuple(map(self._named, stood_there))
            yield self._change("came", post, self._before, in_place_of=in_place_of)
            return
        last, card = seen
        since = self._windows.after(last)
        if (
            since
            and since.at < self._place.at
            and post in compare_windows(*(self._windows.shown(seen.row) for seen in (last, since))).gone
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
        return field_edits(self._windows, former, cards)

    def _is_gone(self, post: int, before: WindowPlace, after: WindowPlace) -> bool:
        """Whether no page shows a post when *after* does not: a post may have moved, or a page be stale."""
        slack = min(VISIT, (after.at - before.at) / 2)
        seen = self._windows.seen_after(post, before.at + slack)
        return seen is None or seen > after.at + slack

    def _named(self, post: int) -> NamedPost:
        return named_post(self._windows.facts(post))

    def _change(self, kind: ChangeKind, post: int, before: WindowPlace | None, **more: object) -> Change:
        facts = self._windows.facts(post)
        return Change.model_validate(
            {
                "kind": kind,
                "at": self._place.at,
                "site": facts.site,
                "post": named_post(facts),
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


def field_edits(windows: Windows, old: Sequence[int], new: Sequence[int]) -> tuple[FieldEdit, ...]:
    """Return what was edited between the cards (rows) that showed a post and those that show it now."""
    found = edits(windows.cards(old), windows.cards(new))
    return tuple(FieldEdit(**edit._asdict()) for edit in found)


def named_post(facts: PostFacts) -> NamedPost:
    """Return a post as a change names it."""
    return NamedPost(id=facts.id, title=facts.title, text=facts.text)
