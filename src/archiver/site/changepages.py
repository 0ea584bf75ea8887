"""The pages of changes: what came, was edited, went and came back, month by month, with its captures.

Changes come in, in capture order, and are streamed. What the other pages say of them is noted on the way: the
latest ones, and for each post where its edits and removals are told. Posts that came are not noted: there is
one such change for every post.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from archiver.changes import Change, ChangeKind, NamedPost
from archiver.models import iso_time
from archiver.site.frame import Frame, ListPart, SiteFile, numbered, pager, parts, site_name
from archiver.site.markup import Html, element, joined, outside, text
from archiver.site.shown import badge, counted, in_one, minute, name_of, post_link

PER_PAGE = 200
LATEST = 100
ON_FRONT_PAGE = 12


class ChangeNote(NamedTuple):
    """A change of a post, and where the pages tell it."""

    kind: ChangeKind
    at: datetime
    fields: tuple[str, ...]
    place: str


class ChangeNotes:
    """What the pages of posts and the front page say of the changes.

    Attributes:
        of_post: The edits, removals and returns of each post, by its id.
        gone: The ids of the posts that are gone, and not back.
        latest: The last changes.
        months: How many changes there are of each month.
    """

    def __init__(self) -> None:
        self.of_post: defaultdict[str, list[ChangeNote]] = defaultdict(list)
        self.gone: set[str] = set()
        self.latest: deque[Change] = deque(maxlen=LATEST)
        self.months: Counter[str] = Counter()

    def add(self, change: Change, place: str) -> None:
        """Note a change that is told at a place."""
        self.latest.append(change)
        self.months[_month(change)] += 1
        if change.kind == "gone":
            self.gone.add(change.post.id)
        elif change.kind == "back":
            self.gone.discard(change.post.id)
        if change.kind != "came":
            fields = tuple(edit.field for edit in change.edits)
            self.of_post[change.post.id].append(ChangeNote(change.kind, change.at, fields, place))


def change_pages(frame: Frame, changes: Iterable[Change], notes: ChangeNotes) -> Iterator[SiteFile]:
    """Yield the pages of the months, then the one that leads to them; all changes are noted."""
    for month, found in groupby(changes, key=_month):
        path = f"changes/{month}.html"
        for part in parts(found, PER_PAGE):
            own = numbered(path, part.number)
            for n, change in enumerate(part.items):
                notes.add(change, f"{own}#change-{n}")
            yield _month_page(frame, path, month, part)
    yield _index(frame, notes)


def latest_changes(changes: Iterable[Change]) -> Html | None:
    """Return the last changes for the front page, the last first."""
    shown = list(changes)[: -ON_FRONT_PAGE - 1 : -1]
    if not shown:
        return None
    return joined(
        element(
            "ul", *(element("li", _line(change, "", with_time=True)) for change in shown), class_="changes"
        ),
        element("p", element("a", "All changes", href="changes/index.html")),
    )


def _month(change: Change) -> str:
    return f"{change.at:%Y-%m}"


def _index(frame: Frame, notes: ChangeNotes) -> SiteFile:
    months = (
        element(
            "li", element("a", month, href=f"{month}.html"), " ", element("small", f"{notes.months[month]:,}")
        )
        for month in sorted(notes.months, reverse=True)
    )
    latest = (
        element("li", _line(change, "../", with_time=True), _grounds(change, "../"))
        for change in reversed(notes.latest)
    )
    return frame.page(
        "changes/index.html",
        "Changes",
        element("h1", "Changes"),
        element(
            "p",
            "A post is said to be gone only where a capture shows its neighbours on both sides and not"
            " the post. That it left the window of its listing says nothing.",
            class_="lead",
        ),
        element("section", element("h2", "By month"), element("ul", *months, class_="columns"))
        if notes.months
        else element("p", "Nothing has changed yet: a change needs two captures of a page."),
        element(
            "section",
            element("h2", f"The latest {len(notes.latest)}"),
            element("ul", *latest, class_="changes"),
        )
        if notes.latest
        else None,
        section="Changes",
    )


def _month_page(frame: Frame, path: str, month: str, part: ListPart[Change]) -> SiteFile:
    title = f"Changes of {month}" + (f", page {part.number}" if part.number > 1 else "")
    sections = []
    numbered_changes = list(enumerate(part.items))
    for _, found in groupby(numbered_changes, key=lambda one: one[1].capture):
        own = list(found)
        first = own[0][1]
        items = (
            element("li", _line(change, "../"), _grounds(change, "../"), id=f"change-{n}")
            for n, change in own
        )
        sections.append(
            element(
                "section",
                element("h2", minute(iso_time(first.at)), " UTC"),
                element(
                    "p",
                    "Capture ",
                    element("code", first.capture),
                    " of ",
                    outside(first.page),
                    class_="facts",
                ),
                element("ul", *items, class_="changes"),
            )
        )
    return frame.page(
        numbered(path, part.number),
        title,
        element("h1", title),
        element("p", counted(len(part.items), "change"), ", in the order of the captures that show them."),
        *sections,
        pager(path, part),
        section="Changes",
    )


def _line(change: Change, up: str, *, with_time: bool = False) -> Html:
    name = name_of(change.post.title, change.post.text, change.url)
    fields = ", ".join(edit.field for edit in change.edits)
    return joined(
        badge(change.kind),
        " ",
        post_link(change.post.id, name, up),
        " ",
        element(
            "span",
            text(site_name(change.site)),
            f" · {fields}" if fields else None,
            *((" · ", minute(iso_time(change.at))) if with_time else ()),
            class_="facts",
        ),
    )


def _grounds(change: Change, up: str) -> Html | None:
    """Return what a change consists of, and the captures that show it."""
    before = element("code", change.before) if change.before else None
    capture = element("code", change.capture)
    if change.kind == "edited":
        edits = (
            element(
                "p", element("b", f"{edit.field}: "), element("span", in_one(edit.old, edit.new), dir="auto")
            )
            for edit in change.edits
        )
        return joined(
            *edits, element("p", "Shown by capture ", before, ", then by ", capture, ".", class_="facts")
        )
    if change.kind == "gone":
        return element(
            "p",
            *("Between ", _named(change.above, up), " and ", _named(change.below, up)),
            *(" on capture ", before, ", not on ", capture, "."),
            class_="facts",
        )
    if change.kind == "back":
        return element("p", "Not on capture ", before, ", but on ", capture, ".", class_="facts")
    if change.before is None:
        return element("p", "On the first capture of its page: the post may be older.", class_="facts")
    if change.in_place_of:
        gone = (joined(" ", _named(post, up)) for post in change.in_place_of)
        return element("p", "Where these stood, which are not shown any more:", *gone, class_="facts")
    return None


def _named(post: NamedPost | None, up: str) -> Html | None:
    return post_link(post.id, name_of(post.title, post.text, post.id), up) if post else None
