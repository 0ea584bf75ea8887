"""The pages of our own: a post, the merge review, and what a decision there does.

A Datasette request comes in, an HTML response goes out; all values reach the reader through templates that
escape them. A page reads through `Archive` in a thread, so that a long one holds up no other. Only POST
writes, and only with the token that the review page carries: a form on another site cannot read it.
"""

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archiver.archive import Archive
from archiver.dedupe.evidence.signals import Signal
from archiver.differences import Piece, differences
from archiver.errors import ArchiverError, ConfigError
from archiver.models import MatchWeights
from archiver.results import CardDetails, PostDetails, PostRevision, ReviewItem
from archiver.serve.guard import OWN_PAGES
from archiver.serve.metadata import DATABASE

_DECISIONS = 20
"""Merges, and as many refusals, that the review shows at once."""
_LATEST = "SELECT left_card, right_card, same, decided_at FROM overrides ORDER BY id DESC LIMIT 20"
_LINK = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)

Result = TypeVar("Result")


class WordedWeight(NamedTuple):
    """What one signal says of two cards, in words, and its weight in log odds."""

    weight: str
    words: str


class EditedRevision(NamedTuple):
    """A revision of a post, its texts as pieces that the one before had or had not."""

    revision: PostRevision
    title: list[Piece]
    excerpt: list[Piece]


class Presence(NamedTuple):
    """Where and when a card stood: its number, the page, the first and last capture, and how often."""

    card: int
    page: str
    first: str
    last: str
    capture: str
    times: int


class ArchivePages:
    """The pages of one archive. With *edit* the review has buttons that write."""

    def __init__(self, archive: Archive, *, edit: bool) -> None:
        self._archive = archive
        self._edit = edit
        self._token = secrets.token_urlsafe(32)

    def routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return the paths and the functions that answer them; without *edit* none of these writes."""
        routes: list[tuple[str, Callable[..., Any]]] = [
            (r"/-/post/(?P<post>[0-9a-fA-F]{4,16})$", self.post),
            (r"/-/review$", self.review),
        ]
        return [*routes, (r"/-/review/decide$", self.decide)] if self._edit else routes

    async def post(self, datasette: Datasette, request: Request) -> Response:
        """Answer with one post: its fields and their sources, its revisions, where and when it was seen."""
        if request.method not in ("GET", "HEAD"):
            return await self._problem(datasette, "This page is only read.", 405)
        return await self._answered(datasette, self._post, request.url_vars["post"])

    def _post(self, post: str) -> tuple[str, dict[str, Any]]:
        details = self._archive.show(post)
        number = {card.id: n for n, card in enumerate(details.cards, 1)}
        return "archiver_post.html", {
            "post": details,
            "number": number,
            "fields": list(_fields(details)),
            "revisions": list(_edited(details.revisions)),
            "presences": _presences(details, number),
        }

    async def review(self, datasette: Datasette, request: Request) -> Response:
        """Answer with the least certain decisions, and the latest overrides."""
        if request.method not in ("GET", "HEAD"):
            return await self._problem(datasette, "This page is only read.", 405)
        latest = [dict(row) for row in await datasette.get_database(DATABASE).execute(_LATEST)]
        return await self._answered(datasette, self._review, latest, request.args.get("contradicted") == "1")

    def _review(self, latest: list[dict[str, Any]], contradicted: bool) -> tuple[str, dict[str, Any]]:
        queue = self._archive.review_queue(limit=_DECISIONS)
        return "archiver_review.html", {
            "groups": [
                (heading, [_shown(item) for item in queue if item.comparison.same is same])
                for same, heading in (
                    (True, "Taken for one post: are they?"),
                    (False, "Taken for two posts: are they?"),
                )
            ],
            "latest": latest,
            "edit": self._edit,
            "token": self._token,
            "contradicted": contradicted,
        }

    async def decide(self, datasette: Datasette, request: Request) -> Response:
        """Write an override (form fields left, right, decision: one or two), and lead back to the review."""
        if request.method != "POST":
            return await self._problem(datasette, "A decision is sent by the buttons of the review.", 405)
        try:
            form = await request.post_vars()
        except UnicodeDecodeError:
            form = {}
        if not secrets.compare_digest(form.get("token", "").encode(), self._token.encode()):
            return await self._problem(
                datasette, "This form is not from this server's review page: load the page again.", 403
            )
        decision, left, right = (form.get(name, "") for name in ("decision", "left", "right"))
        if decision not in ("one", "two"):
            return await self._problem(datasette, "A decision is one post or two.", 400)
        write = self._archive.merge if decision == "one" else self._archive.split
        try:
            result = await asyncio.to_thread(write, left, right)
        except ArchiverError as error:
            return await self._problem(datasette, str(error), 400 if isinstance(error, ConfigError) else 503)
        contradicted = result.one_post is not (decision == "one")
        place = f"/-/review?contradicted={int(contradicted)}#decided"
        return Response("", status=303, headers={"Location": place})

    async def _answered(
        self, datasette: Datasette, page: Callable[..., tuple[str, dict[str, Any]]], *arguments: object
    ) -> Response:
        try:
            template, context = await asyncio.to_thread(page, *arguments)
        except ArchiverError as error:
            return await self._problem(datasette, str(error), 404 if isinstance(error, ConfigError) else 503)
        return await self._rendered(datasette, template, context, 200)

    async def _problem(self, datasette: Datasette, text: str, status: int) -> Response:
        return await self._rendered(datasette, "archiver_problem.html", {"text": text}, status)

    @staticmethod
    async def _rendered(
        datasette: Datasette, template: str, context: dict[str, Any], status: int
    ) -> Response:
        text = await datasette.render_template(template, context | {"database": DATABASE, "is_link": is_link})
        headers = {"content-security-policy": OWN_PAGES, "cache-control": "no-store"}
        return Response.html(text, status=status, headers=headers)


def is_link(value: str) -> bool:
    """Whether a text is a URL that a browser may be sent to: of http or https, and nothing else."""
    return bool(_LINK.fullmatch(value))


def _fields(post: PostDetails) -> Iterable[tuple[str, str, str, str]]:
    """Yield each value of a post with the card and the capture that it is from."""
    labels = {"url": "URL", "urls": "URLs", "excerpt": "text"}
    places = {(source.field, source.value): (source.card, source.capture) for source in post.sources}
    for field in ("title", "url", "urls", "date", "author", "categories", "tags", "excerpt"):
        value = getattr(post, field)
        values = (value,) if isinstance(value, str) else value or ()
        if field == "urls" and len(values) == 1:
            continue
        for one in values:
            yield labels.get(field, field), one, *places.get((field, one), ("", ""))


def _edited(revisions: Iterable[PostRevision]) -> Iterable[EditedRevision]:
    """Yield the revisions in order of time, each beside the one before."""
    for before, now in pairwise([None, *revisions]):
        assert now is not None  # noqa: S101 - only the first is None
        old = before or now
        yield EditedRevision(
            now,
            differences(old.title or "", now.title or ""),
            differences(old.excerpt or "", now.excerpt or ""),
        )


def _presences(post: PostDetails, number: dict[str, int]) -> list[Presence]:
    """Put the sightings of a card on a page together, in order of their first."""
    found = dict[tuple[int, str], Presence]()
    for seen in post.timeline:
        time = f"{seen.captured_at:%Y-%m-%d %H:%M}"
        key = (number[seen.card], seen.page)
        first = found.get(key, Presence(*key, time, time, seen.capture, 0))
        found[key] = first._replace(last=time, times=first.times + 1)
    return list(found.values())


def _shown(item: ReviewItem) -> dict[str, Any]:
    comparison, apart = item.comparison, item.held_apart_by
    cards: list[CardDetails] = [item.shown[comparison.left], item.shown[comparison.right]]
    return {
        "item": item,
        "cards": cards,
        "evidence": _evidence(comparison.match_weights),
        "apart": apart,
        "apart_evidence": _evidence(apart.match_weights) if apart else [],
    }


def _evidence(weights: MatchWeights) -> list[WordedWeight]:
    """Return match weights as `explain` prints them; an override has no weight."""
    found = []
    for one in weights:
        signal = Signal.of_label(one.signal)
        weight = "" if signal is Signal.OVERRIDE else f"{one.weight:+.1f}"
        found.append(WordedWeight(weight, signal.describe(one.value)))
    return found
