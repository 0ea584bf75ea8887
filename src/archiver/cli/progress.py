"""What a crawl or a reparse tells the person who runs it: lines, a progress display, a summary.

In: `CrawlResult`s and `Wait`s, or `Reread`s, as they come. Out: lines on standard error (text, or a JSON
object each), a display on a terminal, `Summary`. Refuses: to write to standard output, which is for data.
The one surprise: the display is only there when standard error is a terminal and the lines are text.
"""

import json
import logging
import sys
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from archiver.archive import CrawlResult, LayoutChange, Reread, Wait
from archiver.models import iso_time

LogFormat = Literal["text", "json"]

logger = logging.getLogger("archiver")


class _JsonLines(logging.Formatter):
    """Each record as one JSON object: time, level, message, and the fields given with it."""

    def format(self, record: logging.LogRecord) -> str:
        time_ = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": time_.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        return json.dumps(line | getattr(record, "fields", {}), ensure_ascii=False)


def log_to_stderr(form: LogFormat, *, verbose: bool) -> None:
    """Send the package's log to standard error; every outcome of a crawl if *verbose*, or in JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if form == "json" else logging.Formatter("archiver: %(message)s"))
    logger.handlers[:] = [handler]
    logger.setLevel(logging.DEBUG if verbose or form == "json" else logging.INFO)


def _new_display() -> Progress:
    """A line per row, on a terminal alone."""
    in_json = any(isinstance(handler.formatter, _JsonLines) for handler in logger.handlers)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[figures]}", style="dim"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=in_json or not sys.stderr.isatty(),
        transient=True,
    )


class _Report:
    """Counts, and a display of them. A context manager around the work."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._count: Counter[str] = Counter()
        self._display = _new_display()

    def __enter__(self) -> Self:
        self._display.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._display.stop()

    @property
    def failed(self) -> int:
        """How many files, URLs or captures failed so far."""
        return self._count["failed"]


class CrawlReport(_Report):
    """Counts what a crawl does, and shows it while it does it."""

    def __init__(self, *, ignores_robots: bool = False) -> None:
        super().__init__()
        self._failures: list[dict[str, str]] = []
        self._ignores_robots = ignores_robots
        self._rows: dict[str, tuple[TaskID, Counter[str]]] = {}

    def add(self, outcome: CrawlResult) -> None:
        """Tell and count one outcome."""
        counted = Counter(
            captures=outcome.capture is not None,
            new=outcome.new,
            cards=outcome.cards,
            new_cards=outcome.new_cards,
            bytes=outcome.bytes,
            failed=outcome.error is not None,
        )
        self._count += counted
        fields = {
            "url": outcome.where,
            "capture": outcome.capture,
            "new": outcome.new,
            "cards": outcome.cards,
            "new_cards": outcome.new_cards,
            "bytes": outcome.bytes,
        }
        if outcome.error:
            self._failures.append({"url": outcome.where, "error": outcome.error})
            named = outcome.error.startswith(outcome.where)
            text = outcome.error if named else f"{outcome.where}: {outcome.error}"
            if outcome.capture:
                text += "; what was received is kept"
            logger.error("%s", text, extra={"fields": fields | {"error": outcome.error}})
        else:
            state = "kept" if outcome.new else "held"
            logger.debug("%s: %s, %d cards", outcome.where, state, outcome.cards, extra={"fields": fields})
        self._show(outcome.source, counted, "")

    def wait(self, wait: Wait) -> None:
        """Tell of a pause before it begins."""
        fields = {"host": wait.host, "seconds": round(wait.seconds, 3), "reason": wait.reason}
        logger.debug("%s: waiting %.1f s: %s", wait.host, wait.seconds, wait.reason, extra={"fields": fields})
        for source in self._rows:
            if wait.host in source and wait.seconds >= 1:
                self._show(source, Counter(), f"waiting {wait.seconds:.0f} s: {wait.reason}")

    def layout_change(self, change: LayoutChange) -> None:
        """Tell of pages that show fewer cards than they used to."""
        url, others = change.urls[0], len(change.urls) - 1
        more = f" (and {others} more like it)" if others else ""
        text = (
            f"{url}{more}: {change.cards} cards since {iso_time(change.since)}, {change.usual} before; "
            f"if the layout has changed, `archiver inspect {url}` shows what is read"
        )
        logger.warning("%s", text, extra={"fields": {"event": "layout change"} | change.as_row()})

    def summary(self) -> dict[str, Any]:
        """The figures of the whole crawl, for a line and for a file."""
        names = ("captures", "new", "cards", "new_cards", "bytes", "failed")
        return {
            **{name: self._count[name] for name in names},
            "seconds": round(time.monotonic() - self._started, 3),
            "robots": "ignored" if self._ignores_robots else "obeyed",
            "failures": self._failures,
        }

    def tell_summary(self, *, interrupted: bool) -> None:
        """The last line."""
        count = self._count
        captures = f"{count['captures']} captures ({count['new']} new)"
        text = f"{captures}, {count['cards']} cards, {count['failed']} failed"
        if self._ignores_robots:
            text += "; ROBOTS.TXT WAS IGNORED"
        if interrupted:
            text = f"interrupted; what was captured is kept, the same command goes on from there: {text}"
        logger.info("%s", text, extra={"fields": {"event": "summary"} | self.summary()})

    def _show(self, source: str, counted: Counter[str], waiting: str) -> None:
        if self._display.disable:
            return
        if source not in self._rows:
            self._rows[source] = (self._display.add_task(source, total=None, figures=""), Counter())
        row, count = self._rows[source]
        count += counted
        rate = count["captures"] / max(time.monotonic() - self._started, 0.001)
        figures = (
            f"{count['captures']} pages, {count['cards']} cards, {count['new_cards']} new, "
            f"{count['bytes'] / 1e6:.1f} MB, {rate:.1f} pages/s {waiting}"
        )
        self._display.update(row, figures=figures)


class ReparseReport(_Report):
    """Counts what reading all captures again changes, and shows it."""

    def __init__(self) -> None:
        super().__init__()
        self._row = self._display.add_task("reparse", total=None, figures="")

    def add(self, reread: Reread) -> None:
        """Tell and count what came of one capture."""
        next_changed = reread.next_url != reread.next_before
        self._count += Counter(
            pages=1,
            differing=reread.differs,
            gained=reread.gained,
            lost=reread.lost,
            changed=reread.changed,
            next_changed=next_changed,
            failed=reread.error is not None,
        )
        where = f"{reread.url} of {reread.captured_at}"
        if reread.error:
            logger.error("%s: %s; its cards stay as they were", where, reread.error)
        elif reread.differs:
            cards = f"{reread.gained} gained, {reread.lost} lost, {reread.changed} changed"
            text = f"{where}: {reread.cards} cards: {cards}"
            if next_changed:
                text += f"; next page {reread.next_url or 'none'}, was {reread.next_before or 'none'}"
            logger.debug("%s", text, extra={"fields": asdict(reread)})
        if not self._display.disable:
            self._display.update(self._row, figures=self._figures())

    def tell_summary(self, *, interrupted: bool) -> None:
        """The last line."""
        text = self._figures() if self._count["pages"] else "every page is of today's reading"
        if self._count["differing"]:
            text += "; `archiver dedupe` brings the posts up to date"
        if interrupted:
            text = f"interrupted; the same command goes on from there: {text}"
        names = ("pages", "differing", "gained", "lost", "changed", "next_changed", "failed")
        seconds = {"seconds": round(time.monotonic() - self._started, 3)}
        figures = {name: self._count[name] for name in names} | seconds
        logger.info("%s", text, extra={"fields": {"event": "summary"} | figures})

    def _figures(self) -> str:
        count = self._count
        return (
            f"{count['pages']} pages read again, {count['differing']} show something else: "
            f"{count['gained']} cards gained, {count['lost']} lost, {count['changed']} changed, "
            f"{count['next_changed']} next pages changed, {count['failed']} failed"
        )
