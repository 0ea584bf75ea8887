"""The page of a post: its fields, its history, its revisions side by side, and the captures that show it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from archiver.models import iso_time
from archiver.rows import FieldCapture, PostRevisionRow, PostSighting, PublishedPost
from archiver.site.changepages import ChangeNote
from archiver.site.frame import Frame, SiteFile, post_path, site_name, site_path
from archiver.site.lists import UNDATED, month_path
from archiver.site.markup import Content, Html, element, joined, language_tag, outside, text, web_url
from archiver.site.shown import (
    LONGEST_TEXT,
    badge,
    counted,
    cut,
    day,
    minute,
    name_of,
    side_by_side,
)

REPLAY_SCRIPT = "replay.js"
_UP = "../../"
_MOST_CAPTURES = 200
_MOST_REVISIONS = 30
_FIELDS = {
    "url": "URL",
    "urls": "Other URLs",
    "title": "Title",
    "date": "Date",
    "author": "Author",
    "categories": "Categories",
    "tags": "Tags",
    "excerpt": "Text",
}
_SHOWN_ABOVE = ("title", "excerpt")


def post_page(frame: Frame, post: PublishedPost, notes: Sequence[ChangeNote], *, is_gone: bool) -> SiteFile:
    """Return the page of a post, of which *notes* say how it changed."""
    row = post.row
    name = name_of(row["title"], row["excerpt"], row["url"])
    replays = frame.has_wacz and any(one.is_replayable for one in post.sightings)
    return frame.page(
        post_path(row["id"]),
        cut(name, 80),
        element(
            "article",
            element("h1", text(name, row["language"])),
            _lead(post, is_gone=is_gone),
            element(
                "p",
                cut(row["excerpt"], LONGEST_TEXT),
                lang=language_tag(row["language"]),
                dir="auto",
                class_="text",
            )
            if row["excerpt"]
            else None,
            _cut_note(row["excerpt"]),
            _section("Fields", _facts(post)),
            _section("History", _history(post, notes)),
            _revisions(row["revisions"]),
            _sightings(frame, post.sightings),
        ),
        scripts=(REPLAY_SCRIPT,) if replays else (),
    )


def _section(heading: str, *content: Content) -> Html:
    return element("section", element("h2", heading), *content)


def _lead(post: PublishedPost, *, is_gone: bool) -> Html:
    row = post.row
    date = row["date"]
    dated = day(date) if date else joined("no date")
    return element(
        "p",
        element("a", dated, href=_UP + month_path(date[:7] if date else UNDATED)),
        " · ",
        element("a", text(site_name(post.site)), href=_UP + site_path(post.site)),
        *((" · ", text(row["author"])) if row["author"] else ()),
        *((" ", badge("gone")) if is_gone else ()),
        *((" ", badge("edited")) if len(row["revisions"]) > 1 else ()),
        class_="facts",
    )


def _cut_note(excerpt: str | None) -> Html | None:
    if excerpt is None or len(excerpt) <= LONGEST_TEXT:
        return None
    return element("p", f"The text has {len(excerpt):,} characters; an export has all.", class_="facts")


def _facts(post: PublishedPost) -> Html:
    """Return the values of the fields, each with the first capture that shows it."""
    rows = []
    for field, label in _FIELDS.items():
        found = (source for source in post.sources if source.field == field)
        values = [_sourced(source) for source in found if field != "urls" or source.value != post.row["url"]]
        if values:
            rows.append(element("div", element("dt", label), *values))
    identity = element("div", element("dt", "Id"), element("dd", element("code", post.row["id"])))
    return element("dl", *rows, identity)


def _sourced(source: FieldCapture) -> Html:
    """Return a value of a field and where it comes from."""
    if source.field in _SHOWN_ABOVE:
        value: Content = element("small", "as above")
    elif source.field in ("url", "urls"):
        value = outside(source.value, class_="url")
    else:
        value = text(source.value)
    place = element("code", source.capture)
    return element("dd", value, element("small", "from capture ", place, ", ", minute(source.captured_at)))


def _history(post: PublishedPost, notes: Iterable[ChangeNote]) -> Html:
    """Return when the post was seen first, how it changed, and when it was seen last."""
    row = post.row
    first = element("li", minute(row["first_seen"]), " first seen")
    last = element(
        "li",
        minute(row["last_seen"]),
        f" last seen; {counted(row['sightings'], 'sighting')} on {counted(row['captures'], 'capture')}",
    )
    changed = (
        element(
            "li",
            minute(iso_time(note.at)),
            " ",
            element("a", note.kind, href=_UP + note.place),
            f": {', '.join(note.fields)}" if note.fields else None,
        )
        for note in notes
    )
    events = [(row["first_seen"], 0, first), (row["last_seen"], 2, last)]
    events += [(iso_time(note.at), 1, item) for note, item in zip(notes, changed, strict=True)]
    events.sort(key=lambda event: event[:2])
    return element("ol", *(item for *_, item in events), class_="history")


def _revisions(revisions: Sequence[PostRevisionRow]) -> Html | None:
    """Return each revision beside the one before it, the latest first."""
    if len(revisions) < 2:
        return None
    pairs = list(enumerate(pairwise(revisions), 2))[::-1]
    left_out = len(pairs) - _MOST_REVISIONS
    return _section(
        "Revisions",
        *(_pair(number, old, new) for number, (old, new) in pairs[:_MOST_REVISIONS]),
        element("p", f"{counted(left_out, 'earlier revision')} not shown; an export has all.", class_="facts")
        if left_out > 0
        else None,
    )


def _pair(number: int, old: PostRevisionRow, new: PostRevisionRow) -> Html:
    titles = side_by_side(old["title"], new["title"])
    texts = side_by_side(old["excerpt"], new["excerpt"])
    sides = (
        element(
            "div",
            element("h4", f"Revision {number - 1 + n}"),
            element("p", _seen(revision), class_="facts"),
            element("p", title, dir="auto", class_="title") if title else None,
            element("p", shown, dir="auto") if shown else None,
        )
        for n, (revision, title, shown) in enumerate(zip((old, new), titles, texts, strict=True))
    )
    return element(
        "section",
        element("h3", f"From revision {number - 1} to {number}"),
        element("div", *sides, class_="sides"),
        class_="pair",
    )


def _seen(revision: PostRevisionRow) -> Html:
    first, last = day(revision["first_seen"]), day(revision["last_seen"])
    span = first if first == last else joined(first, " to ", last)
    return joined(span, f", {counted(revision['sightings'], 'sighting')}")


def _sightings(frame: Frame, sightings: Sequence[PostSighting]) -> Html:
    """Return the captures that show the post, by page, those of one page in order of time."""
    ends = _MOST_CAPTURES // 2
    shown: Sequence[PostSighting] = sightings
    left_out = len(sightings) - _MOST_CAPTURES
    if left_out > 0:
        shown = (*sightings[:ends], *sightings[-ends:])
    pages = (
        element(
            "div",
            element("dt", outside(page, class_="url")),
            *(element("dd", *_capture(frame, one)) for one in own),
        )
        for page, own in groupby(sorted(shown, key=lambda one: one.page), key=lambda one: one.page)
    )
    return _section(
        "Captures",
        element("p", "Times are UTC; the number is the place of the post on the page.", class_="facts"),
        element("dl", *pages, class_="captures"),
        element("p", f"{left_out:,} in between are not shown; an export has all.", class_="facts")
        if left_out > 0
        else None,
    )


def _capture(frame: Frame, one: PostSighting) -> Iterator[Content]:
    """Yield the time of a capture, as a link into the WACZ where that has it."""
    time = minute(one.captured_at)
    if frame.has_wacz and one.is_replayable and web_url(one.page):
        stamp = "".join(filter(str.isdigit, one.captured_at))
        time = element("a", time, href=f"{_UP}archive.wacz", data_url=one.page, data_time=stamp)
    yield time
    yield element("small", f" no. {one.position}")
