"""One archive folder, driven: crawl, dedupe, export, verify, rebuild, reparse.

In: paths, URLs and options. Out: values to show or to write, as they come about. Refuses: to parse before
the capture is kept. The one surprise: `crawl` goes on after a source that failed and says so in its
`CrawlResult`; only what makes the archive itself unusable is raised.

A script or a notebook drives an archive as the command line does::

    archive = Archive("my-archive")
    for outcome in archive.crawl(["saved-pages"]):
        print(outcome.where, outcome.cards)
    archive.dedupe()
    sys.stdout.buffer.writelines(archive.export("posts", "json"))
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from archiver.config import read_config
from archiver.crawl.drift import LayoutChange, layout_changes
from archiver.crawl.files import crawl_files
from archiver.crawl.reading import alone, read_page
from archiver.crawl.records import crawl_records
from archiver.crawl.reparse import Reread, ask_sites, read_unparsed, reparse
from archiver.crawl.web import CrawlResult, FollowPolicy, crawl_urls
from archiver.dedupe import Rules, explain_pair_in, explain_post_in, review_queue
from archiver.defaults import DEFAULT_THRESHOLD, MAX_PAGES
from archiver.errors import ConfigError, CorruptError
from archiver.export import write
from archiver.fetch import Fetcher, FetchOptions, Wait
from archiver.merging import Merged, bring_up_to_date, resolve_all, resolve_for, rules_of
from archiver.models import Capture, Page
from archiver.parse import Draft, SiteRule, draft_rule
from archiver.rows import FORMATS, Format
from archiver.sources import ImportOptions, is_record_file, parse_time, read_capture
from archiver.store import (
    DB_NAME,
    FoundPosts,
    Mode,
    RetiredCard,
    Store,
    has_warc_files,
    remove_database,
    verify,
)

__all__ = [
    "FORMATS",
    "MAX_PAGES",
    "USUAL_THRESHOLD",
    "Archive",
    "CrawlResult",
    "Draft",
    "FetchOptions",
    "FollowPolicy",
    "Format",
    "FoundPosts",
    "ImportOptions",
    "LayoutChange",
    "Merged",
    "OverrideResult",
    "Rebuilt",
    "Reread",
    "Wait",
    "parse_time",
]

Key = TypeVar("Key")

USUAL_THRESHOLD = DEFAULT_THRESHOLD
"""The score from which on two cards are one post, where nobody said otherwise."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found in the WARC files; `damaged` are spans that hold no whole record, a line each."""

    captures: int
    posts: int
    damaged: tuple[str, ...]


class OverrideResult(NamedTuple):
    """What came of a person's word about two cards (public ids): whether it is new, and the posts of both.

    A card that no page shows any more is in none.
    """

    new: bool
    cards: tuple[str, str]
    posts: tuple[str | None, ...]

    @property
    def one_post(self) -> bool:
        """Whether both cards are in one post."""
        return self.posts[0] is not None and self.posts[0] == self.posts[1]


class Archive:
    """The archive in that folder. Every method opens it and closes it again."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def crawl(
        self,
        sources: Iterable[str],
        *,
        imports: ImportOptions | None = None,
        fetching: FetchOptions | None = None,
        following: FollowPolicy | None = None,
        on_wait: Callable[[Wait], None] | None = None,
        on_change: Callable[[LayoutChange], None] | None = None,
    ) -> Iterator[CrawlResult]:
        """Import or fetch every source, keep the captures, parse them; an outcome for each file and URL.

        Files come first, then all URLs, several hosts at a time. What is held already is not stored twice,
        and a crawl that was interrupted goes on. `on_wait` is told of each pause of the fetcher, `on_change`
        in the end of pages that show fewer cards than they used to. Raises StoreError.
        """
        rules = self.rules()
        with self._open("create") as store:
            _parse_pending(store, rules)
            last_id = store.last_id()
            urls: list[str] = []
            for source in sources:
                if is_url(source):
                    urls.append(source)
                elif is_record_file(source):
                    yield from crawl_records(store, source, imports or ImportOptions())
                else:
                    yield from crawl_files(store, source, imports or ImportOptions(), rules)
            if urls:
                yield from _crawl_urls(
                    store, urls, fetching or FetchOptions(), following or FollowPolicy(), on_wait, rules
                )
            _log_failures(ask_sites(store, rules))
            if on_change:
                for change in layout_changes(store.card_counts(last_id, near=True)):
                    if change.is_new:
                        on_change(change)

    def dedupe(
        self, *, from_scratch: bool = False, dry_run: bool = False, threshold: float | None = None
    ) -> Merged:
        """Bring the posts up to date with the cards: those that new cards, captures or overrides touch.

        The result is the same *from_scratch*, when all are made anew. With *dry_run* only say what would be.
        *threshold* is the score (0 to 100) from which on two cards are one post; it is kept with the archive,
        and holds for every later run, merge, split and explanation. Raises ConfigError where it is no score.
        """
        if threshold is not None and not 0 <= threshold <= 100:
            raise ConfigError(f"threshold {threshold:g}: is no score; a number from 0 to 100 is needed")
        with self._open("write") as store:
            if dry_run:
                rules = None if threshold is None else Rules(threshold=threshold)
                return bring_up_to_date(store, from_scratch=from_scratch, dry_run=True, rules=rules)
            _parse_pending(store, self.rules())
            if threshold is not None:
                store.set_threshold(threshold)
            return bring_up_to_date(store, from_scratch=from_scratch)

    def threshold(self) -> float:
        """The score (0 to 100) from which on two cards are one post."""
        with self._open("read") as store:
            return rules_of(store).threshold

    def merge(self, left: str, right: str) -> OverrideResult:
        """Keep a person's word that two cards are one post, and bring the posts up to date with it.

        A card is named by the beginning of its id. Raises ConfigError where that fits none or several.
        """
        return self._tell(left, right, same=True)

    def split(self, left: str, right: str) -> OverrideResult:
        """Keep a person's word that two cards are two posts; otherwise as `merge`."""
        return self._tell(left, right, same=False)

    def _tell(self, left: str, right: str, *, same: bool) -> OverrideResult:
        with self._open("write") as store:
            cards = store.card_id(left), store.card_id(right)
            if cards[0] == cards[1]:
                raise ConfigError(f"{left} and {right} are one card; name two")
            _parse_pending(store, self.rules())
            new = store.add_override(*cards, same=same)
            bring_up_to_date(store)
            return OverrideResult(new, cards, tuple(map(store.post_of, cards)))

    def show(self, post: str) -> dict[str, Any]:
        """All that is known of a post, named by the beginning of its id or of one of its cards'.

        The post as it is exported, with its cards, the source of each field and every sighting. Raises
        ConfigError.
        """
        with self._open("read") as store:
            return store.post_row(store.post_id(post))

    def search(self, words: str, *, most: int = 20) -> FoundPosts:
        """The posts that have all these words, at most so many, the best first.

        `"words in quotes"` stand together, `wo*` is the beginning of a word. Raises ConfigError.
        """
        with self._open("read") as store:
            return store.find_posts(words, most)

    def explain(self, card: str, other: str | None = None) -> dict[str, Any]:
        """Why the cards of a post are one, or why two cards are one post or are not; with what they show.

        Cards and posts are named by the beginnings of their ids. Raises ConfigError.
        """
        with self._open("read") as store:
            try:
                if other is None:
                    key = store.post_id(card)
                    post = explain_post_in(resolve_for(store, [key]), key)
                    return post.model_dump(mode="json") | {"shown": store.card_rows(post.cards)}
                keys = store.card_id(card), store.card_id(other)
                pair = explain_pair_in(resolve_for(store, keys), *keys)
                return pair.model_dump(mode="json") | {"shown": store.card_rows(keys)}
            except KeyError as error:
                raise ConfigError(f"{error.args[0]}: no page shows this card any more") from error

    def review_queue(self, *, most: int = 20) -> list[dict[str, Any]]:
        """The least certain merges and the least certain refusals, with what the cards show."""
        with self._open("read") as store:
            return [
                doubt.model_dump(mode="json")
                | {"shown": store.card_rows([doubt.match.left, doubt.match.right])}
                for doubt in review_queue(resolve_all(store), most)
            ]

    def export(self, kind: str, form: Format, *, csv_raw: bool = False) -> Iterator[bytes]:
        """The posts, cards, captures or revisions as bytes of that format, piece by piece."""
        with self._open("read") as store:
            yield from write(store.rows(kind), kind, form, csv_raw=csv_raw)

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """The same rows as values."""
        with self._open("read") as store:
            yield from store.rows(kind)

    def status(self) -> dict[str, Any]:
        """How much the archive holds, how many pages could not be read, how many crawls were interrupted.

        `layout_changes` are the pages that show fewer cards than they used to (`LayoutChange.as_row`).
        """
        with self._open("read") as store:
            changes = layout_changes(store.card_counts())
            found = [change.as_row() for change in changes]
            return {**store.counts(), "threshold": rules_of(store).threshold, "layout_changes": found}

    def verify(self) -> Iterator[str]:
        """Each fault of the archive as one line; none when it is whole."""
        with self._open("write") as store:
            yield from verify(store)

    def repair(self) -> Iterator[str]:
        """Mend what can be mended without loss, and give the faults that are left.

        Opening takes in records without a row and cuts a torn end; a database that disagrees with the records
        is made anew from them. Damaged records stay as they are.
        """
        try:
            whole = not any(True for _ in self.verify())
        except CorruptError:
            whole = False
        if not whole:
            self.rebuild()
            yield from self.verify()

    def rebuild(self) -> Rebuilt:
        """Make the database anew from the WARC files, and put it in the place of the old one.

        Crawls that were interrupted are all that is taken over from the old one, where it can be read, and
        where the cards stood that today's parser reads otherwise: their ids go on to resolve.
        The old database stays until the new one is whole. Raises ConfigError where there is no WARC file,
        SchemaTooNewError where the old database is a newer version's, which may know more than this one.
        """
        if not has_warc_files(self.folder):
            raise ConfigError(f"{self.folder}: holds no WARC files to rebuild an archive from")
        interrupted = []
        # none is there, or it is damaged: that is what a rebuild is for
        with suppress(ConfigError, CorruptError), self._open("read") as old:
            interrupted = old.frontier.unfinished()
        made = f"{DB_NAME}.new"
        remove_database(self.folder / made)
        with Store(self.folder, "create", db_name=made) as store:
            damaged = tuple(line for recovered in store.recovered for line in recovered.damage_lines())
            store.frontier.restore(interrupted)
            _parse_pending(store, self.rules())
            store.remember(self._ids_lost_to(store))
            posts = bring_up_to_date(store).posts
            captures = store.counts()["captures"]
        remove_database(self.folder / DB_NAME)
        (self.folder / made).rename(self.folder / DB_NAME)
        return Rebuilt(captures, posts, damaged)

    def _ids_lost_to(self, made: Store) -> list[RetiredCard]:
        """The cards of the old database, if there is one that can be read, that the new one does not have."""
        with suppress(ConfigError, CorruptError), self._open("read") as old:
            return list(old.lost_to(made))
        return []

    def reparse(self) -> Iterator[Reread]:
        """Read every capture again whose page is not of today's reading; what came of each, as it comes.

        Interrupted anywhere, the next call goes on. The posts are brought up to date by the next `dedupe`.
        """
        rules = self.rules()
        with self._open("write") as store:
            yield from reparse(store, rules)

    def inspect(self, source: str, imports: ImportOptions | None = None) -> Page:
        """What the parser makes of one saved page or URL, by the archive's rules; nothing is stored.

        Raises SourceError, ConfigError for card records, which are no page.
        """
        capture = _captured(source, imports or ImportOptions())
        return read_page(capture, alone(self.rules(), capture.url))

    def draft_rule(self, source: str, imports: ImportOptions | None = None) -> Draft:
        """A rule that reads one saved page or URL as it is read without one. Raises as `inspect`."""
        return draft_rule(_captured(source, imports or ImportOptions()))

    def rules(self) -> tuple[SiteRule, ...]:
        """The user's rules for single sites, out of `archiver.toml`. Raises ConfigError."""
        return read_config(self.folder).rules

    @contextmanager
    def _open(self, mode: Mode) -> Iterator[Store]:
        with Store(self.folder, mode) as store:
            for recovered in store.recovered:
                for line in recovered.lines():
                    logger.warning("%s", line)
            yield store


def is_url(source: str) -> bool:
    """Whether the source is fetched (`http://`, `https://`); all others are paths."""
    return source.lower().startswith(("http://", "https://"))


def _parse_pending(store: Store, rules: Sequence[SiteRule]) -> None:
    """Parse the captures that an interrupted run kept and did not come to parse."""
    _log_failures(read_unparsed(store, rules))


def _log_failures(readings: Iterable[Reread]) -> None:
    for reread in readings:
        if reread.error:
            logger.warning("%s", reread.error)


def _crawl_urls(
    store: Store,
    sources: list[str],
    options: FetchOptions,
    following: FollowPolicy,
    on_wait: Callable[[Wait], None] | None,
    rules: Sequence[SiteRule],
) -> Iterator[CrawlResult]:
    """The steps of the crawl, taken one by one: a caller that is not async sees each outcome as it comes."""
    with asyncio.Runner() as runner:
        steps = crawl_urls(store, sources, options, following, on_wait, rules)
        try:
            while True:
                yield from runner.run(_step(steps))
        except StopAsyncIteration:
            pass
        finally:
            with suppress(
                RuntimeError
            ):  # a second Ctrl-C leaves it running; the end of the runner cancels it
                runner.run(steps.aclose())


async def _step(steps: AsyncGenerator[list[CrawlResult], None]) -> list[CrawlResult]:
    return await anext(steps)


def _captured(source: str, imports: ImportOptions) -> Capture:
    """One saved page, or a URL as it is now."""
    if is_url(source):
        with asyncio.Runner() as runner:
            return runner.run(_fetched(source))
    if is_record_file(source):
        raise ConfigError(f"{source}: holds card records, a card a line, not a page", remedy="crawl")
    return read_capture(Path(source), source, imports)


async def _fetched(url: str) -> Capture:
    async with Fetcher() as fetcher:
        return (await fetcher.fetch(url, named=True)).capture
