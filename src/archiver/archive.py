"""One archive folder and all that can be done with it: crawl, dedupe, look, correct, export, verify, rebuild.

Paths, URLs and options come in; models and rows come out. A crawl continues after a source that failed and
reports it in that source's `CrawlResult`: only what makes the archive itself unusable is raised.

A script or a notebook drives an archive as the command line does::

    archive = Archive("my-archive")
    archive.crawl("saved-pages")
    archive.dedupe()
    archive.export("posts", "posts.json")
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, overload

from archiver.changes import Change, changes, changes_of
from archiver.checks import (
    Source,
    check_at_least_1,
    check_export,
    check_not_own,
    check_one_of,
    checked_imports,
    checked_web_archive,
    format_of,
    listed_sources,
)
from archiver.config import Subscription, add_subscription, read_config
from archiver.coverage import ListingCoverage, coverage
from archiver.crawl.drafting import draft_in_time
from archiver.crawl.drift import LayoutChange, layout_changes
from archiver.crawl.outcome import CrawlResult, FollowPolicy
from archiver.crawl.reading import ReceivedCapture, read_received, site_by_rules
from archiver.crawl.reparse import Reread, reparse
from archiver.crawl.webarchive import MonthCount, count_archived, is_web_archive
from archiver.crawl.workers import Readers
from archiver.crawling import CrawlSettings, crawl_sources, parse_pending, read_source
from archiver.dedupe import Rules, explain_pair_in, explain_post_in, review_queue
from archiver.diff import CaptureDiff, capture_diff
from archiver.errors import ConfigError
from archiver.export import gzipped
from archiver.exporting import export_files, export_pieces, is_folder, post_rows, write_folder
from archiver.fetch import FetchOptions, Wait, WebArchiveOptions
from archiver.filters import ALL_CAPTURES, ALL_POSTS, CaptureFilter, PostFilter
from archiver.health import source_health
from archiver.merging import Merged, bring_up_to_date, resolve_all, resolve_for, rules_of
from archiver.models import Capture, Page
from archiver.parse import NOTHING_KNOWN, Draft, SiteRule
from archiver.publishing import write_site
from archiver.rebuilding import rebuild
from archiver.results import (
    CardDetails,
    CrawlSummary,
    DueSummary,
    OverrideResult,
    PairExplanation,
    PostDetails,
    PostExplanation,
    Rebuilt,
    ReparseSummary,
    ReviewItem,
    SearchResult,
    SourceStatus,
    Status,
)
from archiver.rows import (
    KINDS,
    CaptureRow,
    CardRow,
    ExportFormat,
    Kind,
    PostRow,
    RevisionRow,
)
from archiver.sources import ImportOptions
from archiver.store import DAMAGE_ERRORS, Store, utc_now, verify
from archiver.storepool import StorePool
from archiver.subscriptions import crawl_due, source_states
from archiver.wholefile import write_whole

Result = TypeVar("Result")


class Archive:
    """The archive in a folder, which need not exist before the first crawl.

    Each method opens the archive and closes it again. In a `with` block it stays open between the calls,
    which saves the opening; no lock is held between them. Methods named `*_iter`, and `rows`, are lazy:
    they check their arguments when they are called, and work while they are iterated over.

    All methods raise StoreError where the archive cannot be read or written, and ConfigError for arguments
    that do not fit, or where there is no archive yet.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = Path(folder)
        self._stores = StorePool(self.folder)

    def __repr__(self) -> str:
        return f"Archive({str(self.folder)!r})"

    def __enter__(self) -> Self:
        self._stores.hold()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stores.release()

    def crawl(
        self,
        sources: Source | Iterable[Source],
        *,
        imports: ImportOptions | None = None,
        fetching: FetchOptions | None = None,
        following: FollowPolicy | None = None,
        web_archive: WebArchiveOptions | None = None,
        on_result: Callable[[CrawlResult], None] | None = None,
        on_wait: Callable[[Wait], None] | None = None,
        on_change: Callable[[LayoutChange], None] | None = None,
    ) -> CrawlSummary:
        """Import or fetch one source or several, keep the captures, and parse them.

        Files are imported first, then captures of web archives, then URLs are fetched, several hosts at a
        time. Nothing is stored twice, and an interrupted crawl is resumed by the next one of the same
        sources. On KeyboardInterrupt, what was captured is kept.

        Args:
            sources: A source, or an iterable of them.
            imports: URL and time of saved pages.
            fetching: How to fetch.
            following: What to fetch besides the sources themselves.
            web_archive: Which captures of web archives to fetch.
            on_result: Called with the result of each file and URL, as it comes.
            on_wait: Called before each pause of the fetcher; in a notebook, from another thread.
            on_change: Called in the end for pages that show fewer cards than they used to.
        """
        results = self.crawl_iter(
            sources,
            imports=imports,
            fetching=fetching,
            following=following,
            web_archive=web_archive,
            on_wait=on_wait,
            on_change=on_change,
        )
        return CrawlSummary.of(_drained(results, on_result))

    def crawl_iter(
        self,
        sources: Source | Iterable[Source],
        *,
        imports: ImportOptions | None = None,
        fetching: FetchOptions | None = None,
        following: FollowPolicy | None = None,
        web_archive: WebArchiveOptions | None = None,
        on_wait: Callable[[Wait], None] | None = None,
        on_change: Callable[[LayoutChange], None] | None = None,
    ) -> Generator[CrawlResult, None, None]:
        """Crawl lazily: do what `crawl` does while the results are iterated over.

        To stop before the end, call `close()` on what is returned: what was captured is kept.
        """
        wanted = listed_sources(sources)
        following = following or FollowPolicy()
        check_at_least_1("max_pages", following.max_pages)
        settings = CrawlSettings(
            checked_imports(imports),
            fetching or FetchOptions(),
            following,
            self.rules(),
            on_wait,
            on_change,
            checked_web_archive(wanted, web_archive),
        )
        return self._crawl(wanted, settings)

    def _crawl(self, sources: Sequence[str], settings: CrawlSettings) -> Generator[CrawlResult, None, None]:
        with self._stores.use("create") as store:
            yield from crawl_sources(store, sources, settings)

    def add_source(self, subscription: Subscription) -> bool:
        """Subscribe to a source: write it to `archiver.toml`. False where it is there already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return add_subscription(self.folder, subscription)

    def sources(self) -> list[SourceStatus]:
        """Return the subscriptions of `archiver.toml`, and when each is due."""
        subscriptions = read_config(self.folder).sources
        if not subscriptions:
            return []  # a folder that is none of an archive stays as it is
        with self._stores.use("create") as store:
            return source_states(store, subscriptions)

    def crawl_due(
        self,
        *,
        on_result: Callable[[CrawlResult], None] | None = None,
        on_wait: Callable[[Wait], None] | None = None,
        on_change: Callable[[LayoutChange], None] | None = None,
    ) -> DueSummary:
        """Crawl the subscriptions that are due, bring the posts up to date, and return what is new.

        The callbacks are those of `crawl`.
        """
        config = read_config(self.folder)
        with self._stores.use("create") as store:
            return crawl_due(
                store,
                config.sources,
                config.rules,
                utc_now,
                on_result or _ignored,
                on_wait,
                on_change,
            )

    def count_archived(
        self,
        source: str,
        *,
        web_archive: WebArchiveOptions | None = None,
        fetching: FetchOptions | None = None,
        on_wait: Callable[[Wait], None] | None = None,
    ) -> list[MonthCount]:
        """Count, month by month, the captures of a web archive that a crawl would ask for; store nothing.

        Args:
            source: `wayback:URL` or `timemap:URL`.
            web_archive: Which captures.
            fetching: How to fetch the index.
            on_wait: Called before each pause.

        Raises SourceError where the index cannot be read or lists nothing.
        """
        if not is_web_archive(source):
            raise ConfigError(
                f"{source}: only captures of web archives (wayback:, timemap:) are counted ahead"
            )
        options = checked_web_archive([source], web_archive)
        pauses = {}
        with suppress(ConfigError), self._stores.use("read") as store:  # there may be no archive yet
            pauses = store.pauses.all()
        return count_archived(source, options, fetching or FetchOptions(), on_wait, pauses)

    def dedupe(
        self, *, from_scratch: bool = False, dry_run: bool = False, threshold: float | None = None
    ) -> Merged:
        """Bring the posts up to date with the cards.

        Only posts that new cards, captures or overrides touch are computed; the result is the same as that of
        a run *from_scratch*, which computes all.

        Args:
            from_scratch: Compute all posts.
            dry_run: Return what would be, and write nothing.
            threshold: Score (0 to 100) from which on two cards are one post. It is kept with the archive for
                all later runs, merges, splits and explanations.
        """
        if threshold is not None and not 0 <= threshold <= 100:
            raise ConfigError(f"threshold {threshold:g}: expected a score from 0 to 100")
        with self._stores.use("write") as store:
            if dry_run:
                rules = None if threshold is None else Rules(threshold=threshold)
                return bring_up_to_date(store, from_scratch=from_scratch, dry_run=True, rules=rules)
            parse_pending(store, self.rules())
            if threshold is not None:
                store.thresholds.add(threshold)
            return bring_up_to_date(store, from_scratch=from_scratch)

    def threshold(self) -> float:
        """Return the score (0 to 100) from which on two cards are one post."""
        with self._stores.use("read") as store:
            return rules_of(store).threshold

    def merge(self, left: str, right: str) -> OverrideResult:
        """Keep a manual override that two cards are one post, and bring the posts up to date with it.

        Args:
            left: A card's id, or its first digits (4 at least).
            right: Another card's.
        """
        return self._override(left, right, same=True)

    def split(self, left: str, right: str) -> OverrideResult:
        """Keep a manual override that two cards are two posts; otherwise as `merge`."""
        return self._override(left, right, same=False)

    def _override(self, left: str, right: str, *, same: bool) -> OverrideResult:
        with self._stores.use("write") as store:
            cards = _two_cards(store, left, right)
            parse_pending(store, self.rules())
            new = store.overrides.add(*cards, same=same)
            bring_up_to_date(store)
            return OverrideResult(new, cards, (store.posts.of_card(cards[0]), store.posts.of_card(cards[1])))

    def show(self, post: str) -> PostDetails:
        """Return a post with its cards, the source of each field, every sighting, and what happened to it.

        Args:
            post: The first digits (4 at least) of the post's id, of one that it had, or of one of its cards'.
        """
        with self._stores.use("read") as store:
            key = store.lookup.post_id(post)
            happened = tuple(changes_of(store.windows, key))
            return PostDetails.model_validate(store.lookup.post(key) | {"changes": happened})

    def search(self, words: str, *, limit: int = 20) -> SearchResult:
        """Find the posts that have all the words; return at most *limit* of them, best match first.

        `"words in quotes"` are a phrase, `wo*` is the beginning of a word.
        """
        check_at_least_1("limit", limit)
        with self._stores.use("read") as store:
            found = store.lookup.find(words, limit)
        return SearchResult.model_validate(found._asdict())

    @overload
    def explain(self, card: str) -> PostExplanation: ...
    @overload
    def explain(self, card: str, other: str) -> PairExplanation: ...
    @overload
    def explain(self, card: str, other: str | None) -> PostExplanation | PairExplanation: ...
    def explain(self, card: str, other: str | None = None) -> PostExplanation | PairExplanation:
        """Explain why the cards of a post are one, or why two cards are one post or are not.

        Args:
            card: The first digits (4 at least) of the id of a post, or of one of two cards.
            other: Those of the other card's id.
        """
        with self._stores.use("read") as store:
            try:
                if other is None:
                    key = store.lookup.post_id(card)
                    post = explain_post_in(resolve_for(store, [key]), key)
                    return PostExplanation(**dict(post), shown=_shown(store, post.cards))
                keys = _two_cards(store, card, other)
                pair = explain_pair_in(resolve_for(store, keys), *keys)
                return PairExplanation(**dict(pair), shown=_shown(store, keys))
            except KeyError as error:
                raise ConfigError(f"{error.args[0]}: no page shows this card any more") from error

    def review_queue(self, *, limit: int = 20) -> list[ReviewItem]:
        """Return the least certain merges, then the least certain refusals, at most *limit* of either."""
        check_at_least_1("limit", limit)
        with self._stores.use("read") as store:
            return [
                ReviewItem(
                    **dict(decision),
                    shown=_shown(store, (decision.comparison.left, decision.comparison.right)),
                )
                for decision in review_queue(resolve_all(store), limit)
            ]

    def export(
        self,
        kind: Kind,
        path: str | PathLike[str],
        form: ExportFormat | None = None,
        *,
        where: PostFilter | None = None,
        csv_raw: bool = False,
    ) -> Path:
        """Write the posts, cards, captures or revisions to a file, and return its path.

        The file appears whole or not at all. `cdxj` and `wacz` hold captures alone, for other web archiving
        tools: an index of the WARC files, or one file with the index and all records. A feed goes into one
        file, or, if *path* is a folder or has no ending, into a folder of pages.

        Args:
            kind: What to export.
            path: The file; one that exists is replaced. It is compressed where its name ends in `.gz`. A
                folder is replaced if an export wrote it, or nothing is in it.
            form: The format. By default the one that the file's ending names, or JSON where it has none.
            where: Which posts, and in which order; by default all, by their first sighting.
            csv_raw: Leave CSV cells alone that a spreadsheet would run as formulas.
        """
        target = Path(path)
        check_not_own(self.folder, target)
        is_packed = target.suffix.lower() == ".gz"
        form = form or format_of(target.with_suffix("") if is_packed else target)
        if is_folder(form, target):
            check_export(kind, form, where)
            with self._stores.use("read") as store:
                write_folder(target, export_files(store, form, where or ALL_POSTS, csv_raw=csv_raw))
            return target
        pieces = self.export_iter(kind, form, where=where, csv_raw=csv_raw)
        write_whole(target, gzipped(pieces) if is_packed else pieces)
        return target

    def export_iter(
        self,
        kind: Kind,
        form: ExportFormat = "json",
        *,
        where: PostFilter | None = None,
        csv_raw: bool = False,
    ) -> Iterator[bytes]:
        """Export lazily: return what `export` writes, piece by piece."""
        check_export(kind, form, where)
        if is_folder(form, None):
            raise ConfigError(f"format {form!r}: is a folder of files; name the folder")
        self._check_opens()

        def pieces() -> Iterator[bytes]:
            with self._stores.use("read") as store:
                yield from export_pieces(store, kind, form, where or ALL_POSTS, csv_raw=csv_raw)

        return pieces()

    def write_site(self, folder: str | PathLike[str], *, wacz: bool = False) -> Path:
        """Write the posts as a static site to a folder, and return its path.

        The pages work from a disk and on any web server. Each file appears whole or not at all; one that
        would be the same again is left alone. Raises ConfigError for a folder that holds anything else.

        Args:
            folder: Where the site is written; a folder that was begun by a site is brought up to date.
            wacz: Write the captures beside the pages, too, as `archive.wacz`, and link to it.
        """
        target = Path(folder)
        check_not_own(self.folder, target)
        with self._stores.use("read") as store:
            write_site(store, target, wacz=wacz)
        return target

    @overload
    def rows(self, kind: Literal["posts"], where: PostFilter | None = None) -> Iterator[PostRow]: ...
    @overload
    def rows(self, kind: Literal["cards"]) -> Iterator[CardRow]: ...
    @overload
    def rows(self, kind: Literal["captures"]) -> Iterator[CaptureRow]: ...
    @overload
    def rows(self, kind: Literal["revisions"]) -> Iterator[RevisionRow]: ...
    def rows(self, kind: Kind, where: PostFilter | None = None) -> Iterator[Any]:
        """Return the rows of an export lazily, as dictionaries; they are streamed from the database.

        Args:
            kind: What to export.
            where: Which posts, and in which order; by default all, by their first sighting.
        """
        check_one_of("kind", kind, KINDS)
        return self._rows(kind, where)

    def _rows(self, kind: Kind, where: PostFilter | None) -> Iterator[Any]:
        if where and kind != "posts":
            raise ConfigError(f"a filter is for posts, not for {kind}")
        self._check_opens()

        def rows() -> Iterator[Any]:
            with self._stores.use("read") as store:
                yield from post_rows(store, where) if where else store.rows(kind)

        return rows()

    def captures(self, where: CaptureFilter = ALL_CAPTURES) -> Iterator[CaptureRow]:
        """Return the captures lazily, the latest first, as rows of an export.

        Args:
            where: Which captures; by default all.
        """
        self._check_opens()
        return self._captures(where)

    def _captures(self, where: CaptureFilter) -> Iterator[Any]:
        with self._stores.use("read") as store:
            yield from store.captures_where(where)

    def status(self) -> Status:
        """Return how much the archive holds, and what is wrong with it."""
        with self._stores.use("read") as store:
            changes = tuple(layout_changes(store.pages.card_counts()))
            unseen = store.frontier.unseen()
            held = {
                "threshold": rules_of(store).threshold,
                "layout_changes": changes,
                "unseen": [page._asdict() for page in unseen],
                "sources": tuple(source_health(store, unseen, changes)),
            }
            return Status.model_validate(store.counts() | held)

    def changes(self, since: datetime | None = None) -> Iterator[Change]:
        """Return lazily which posts came, were edited, went and came back, in capture order.

        Args:
            since: Compare the captures of that time and later with those before them; by default all.
        """
        self._check_opens()
        return self._changes(since)

    def _changes(self, since: datetime | None) -> Iterator[Change]:
        with self._stores.use("read") as store:
            yield from changes(store.windows, since)

    def diff(self, before: str, after: str) -> CaptureDiff:
        """Return which posts came, left, moved or were edited between two captures.

        Args:
            before: A capture: the first digits (4 at least) of its id, or a URL, which names its last
                capture, or `URL@TIME`, which names the last one up to then, such as
                the end of the day in `2026-03-01`.
            after: Another one, perhaps of another page.
        """
        with self._stores.use("read") as store:
            return capture_diff(store.windows, store.lookup.capture(before), store.lookup.capture(after))

    def coverage(self) -> list[ListingCoverage]:
        """Return what may have been missed of each listing: gaps, empty months, failed pages; by URL."""
        with self._stores.use("read") as store:
            pages = store.pages
            return list(coverage(pages.seen_listings(), pages.posts_of, store.frontier.unseen()))

    def verify(self) -> list[str]:
        """Check every row against its record and every record against its digest; return a line per fault."""
        return list(self.verify_iter())

    def verify_iter(self) -> Generator[str, None, None]:
        """Verify lazily: return what `verify` finds, as it comes."""
        self._check_opens()
        return self._verify()

    def _verify(self) -> Generator[str, None, None]:
        with self._stores.use("read") as store:
            yield from verify(store)

    def repair(self) -> list[str]:
        """Repair what can be repaired without loss, and return a line for each fault that is left.

        Records without a row get one, a torn end of a WARC file is cut off, and a database that disagrees
        with the records is rebuilt from them. Damaged records stay as they are, and so do their cards: such
        captures are marked as lost, and each has a line.
        """
        try:
            with self._stores.use("write"):  # recovers what has no row
                pass
            faults = self.verify()
        except DAMAGE_ERRORS as error:
            faults = [str(error)]
        if not faults:
            return []
        self.rebuild()
        return self.verify()

    def rebuild(self) -> Rebuilt:
        """Build the database from the WARC files, and put it in the place of the old one.

        Taken over from the old database, where it can be read, are crawls that are to be resumed, pauses that
        hosts asked for, what was read of captures whose record is lost, and the places of cards that today's
        parser reads differently, so that their ids still resolve. A database that cannot be read, or is of
        another archive, is kept beside the new one. The old database stays until the new one is whole. Raises
        SchemaTooNewError where a newer version wrote the old database, which may know more than this version.
        """
        self._stores.close()
        return rebuild(self.folder, self.rules())

    def reparse(self, *, on_result: Callable[[Reread], None] | None = None) -> ReparseSummary:
        """Read every capture again whose page this version's parser, or another rule, would read differently.

        An interrupted reparse is resumed by the next one. The next `dedupe` brings the posts up to date.

        Args:
            on_result: Called with the result of each page, as it comes.
        """
        return ReparseSummary.of(_drained(self.reparse_iter(), on_result))

    def reparse_iter(self) -> Generator[Reread, None, None]:
        """Reparse lazily: do what `reparse` does while the results are iterated over."""
        rules = self.rules()
        self._check_opens()
        return self._reparse(rules)

    def _reparse(self, rules: Sequence[SiteRule]) -> Generator[Reread, None, None]:
        with self._stores.use("write") as store:
            yield from reparse(store, rules)

    def inspect(self, source: Source, imports: ImportOptions | None = None) -> Page:
        """Return what the parser reads on one saved page or URL, by the archive's rules; store nothing.

        Raises SourceError where the page cannot be read or fetched.
        """
        capture = self._captured(source, imports)
        with Readers(read_received) as readers:
            received = ReceivedCapture(capture, site_by_rules(self.rules(), capture.url))
            return readers.submit(received).result()

    def draft_rule(self, source: Source, imports: ImportOptions | None = None) -> Draft:
        """Draft a site rule that reads one saved page or URL as it is read without; raises SourceError.

        Also raised where the page takes a minute, as `inspect` gives it up.
        """
        return draft_in_time(ReceivedCapture(self._captured(source, imports), NOTHING_KNOWN))

    def _captured(self, source: Source, imports: ImportOptions | None) -> Capture:
        (one,) = listed_sources(source)
        return read_source(one, checked_imports(imports))

    def rules(self) -> tuple[SiteRule, ...]:
        """Return the user's rules for single sites, from `archiver.toml` in the archive's folder."""
        return read_config(self.folder).rules

    def _check_opens(self) -> None:
        """Raise what opening the archive raises, before a generator is returned that would open it later."""
        with self._stores.use("read"):
            pass


def _drained(
    results: Generator[Result, None, None], on_result: Callable[[Result], None] | None
) -> list[Result]:
    """Take all results; where that is interrupted, the generator is closed and with it the archive."""
    taken = []
    with closing(results):
        for result in results:
            taken.append(result)
            if on_result:
                on_result(result)
    return taken


def _ignored(_result: CrawlResult) -> None:
    """Take a result that nobody asked for."""


def _two_cards(store: Store, left: str, right: str) -> tuple[str, str]:
    """Return the public ids of two cards that are named by their first digits."""
    cards = store.lookup.card_id(left), store.lookup.card_id(right)
    if cards[0] == cards[1]:
        raise ConfigError(f"{left} and {right} are one card; name two")
    return cards


def _shown(store: Store, cards: Collection[str]) -> dict[str, CardDetails]:
    return {key: CardDetails.model_validate(row) for key, row in store.lookup.cards(cards).items()}
