"""What two captures show differently: posts that came, left or moved, and fields that were edited.

The windows of an archive and the places of two of them come in (`archiver.store.Windows`); a `CaptureDiff`
goes out. The captures may be of two pages. A post moved where it stands on another side of posts that both
show: that others came above it does not move it.
"""

from bisect import bisect_left
from collections.abc import Sequence

from archiver.changes import (
    FieldEdit,
    NamedPost,
    Neighbours,
    cards_by_post,
    compare_windows,
    field_edits,
    named_post,
)
from archiver.models import Model, Time
from archiver.store import WindowPlace, Windows


class NamedCapture(Model):
    """A capture by its id, URL and time."""

    id: str
    url: str
    captured_at: Time


class PlacedPost(Model):
    """A post that one of two captures shows, at a position from 1 on.

    `above` and `below` are, for a post that left, the posts round its place, where the other capture still
    shows these and the list is ordered by age: then it did not just move out of the window.
    """

    post: NamedPost
    url: str | None
    position: int
    above: NamedPost | None = None
    below: NamedPost | None = None


class MovedPost(Model):
    """A post that stands on another side of posts that both captures show."""

    post: NamedPost
    url: str | None
    position_before: int
    position: int


class EditedPost(Model):
    """A post of which two captures show other fields."""

    post: NamedPost
    url: str | None
    edits: tuple[FieldEdit, ...]


class CaptureDiff(Model):
    """What the second of two captures shows differently; `unchanged` counts posts that both show alike."""

    before: NamedCapture
    after: NamedCapture
    came: tuple[PlacedPost, ...]
    left: tuple[PlacedPost, ...]
    moved: tuple[MovedPost, ...]
    edited: tuple[EditedPost, ...]
    unchanged: int


def capture_diff(windows: Windows, before: WindowPlace, after: WindowPlace) -> CaptureDiff:
    """Return what differs between the windows of two captures."""
    old_window, new_window = windows.shown(before.row), windows.shown(after.row)
    old, new = cards_by_post(old_window), cards_by_post(new_window)
    old_at, new_at = (
        _positions([one.post for one in old_window]),
        _positions([one.post for one in new_window]),
    )
    gone = compare_windows(old_window, new_window).gone
    both = [post for post in old if post in new]
    moved = _moved(both, new_at)
    edited = {
        post: found
        for post in both
        if old[post] != new[post] and (found := field_edits(windows, old[post], new[post]))
    }

    def named(post: int) -> NamedPost:
        return named_post(windows.facts(post))

    def placed(post: int, position: int, neighbours: Neighbours | None = None) -> PlacedPost:
        return PlacedPost(
            post=named(post),
            url=windows.facts(post).url,
            position=position,
            above=named(neighbours.above) if neighbours else None,
            below=named(neighbours.below) if neighbours else None,
        )

    return CaptureDiff(
        before=NamedCapture(id=before.capture, url=before.url, captured_at=before.at),
        after=NamedCapture(id=after.capture, url=after.url, captured_at=after.at),
        came=tuple(placed(post, new_at[post]) for post in new if post not in old),
        left=tuple(placed(post, old_at[post], gone.get(post)) for post in old if post not in new),
        moved=tuple(
            MovedPost(
                post=named(post),
                url=windows.facts(post).url,
                position_before=old_at[post],
                position=new_at[post],
            )
            for post in moved
        ),
        edited=tuple(
            EditedPost(post=named(post), url=windows.facts(post).url, edits=found)
            for post, found in edited.items()
        ),
        unchanged=sum(post not in edited and post not in moved for post in both),
    )


def _positions(posts: Sequence[int]) -> dict[int, int]:
    """Return the first position of each post, counted from 1."""
    return {post: position for position, post in reversed(list(enumerate(posts, 1)))}


def _moved(posts: Sequence[int], at: dict[int, int]) -> list[int]:
    """Return the fewest posts that must be taken out for the others to stand in the same order as before."""
    ends: list[int] = []  # the least position with which an ordered run of each length ends
    longest = []
    for post in posts:
        length = bisect_left(ends, at[post])
        ends[length : length + 1] = [at[post]]
        longest.append(length + 1)
    wanted, kept = len(ends), set()
    for post, length in zip(reversed(posts), reversed(longest), strict=True):
        if length == wanted:
            kept.add(post)
            wanted -= 1
    return [post for post in posts if post not in kept]
