"""Progress of a crawl or a reparse: log lines, a display on a terminal, a summary.

`CrawlResult`s and `Wait`s, or `Reread`s, come in one by one. The display is shown only where standard error
is a terminal and the log is text.
"""

import sys
import time
from collections import Counter
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from archiver.cli.log import logger, logs_json
from archiver.cli.terminal import printable, raw
from archiver.crawl.drift import LayoutChange
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.reparse import Reread
from archiver.errors import Remedy
from archiver.fetch import Wait
from archiver.models import iso_time


def _new_display() -> Progress:
    """Return a display that is shown on a terminal only.

    While it is shown, it takes the place of `sys.stderr` and puts what is written there above itself. Lines
    stay whole (`soft_wrap`), where rich would break them at the terminal's width.
    """
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[figures]}", style="dim", markup=False),
        TimeElapsedColumn(),
        console=Console(file=raw(sys.stderr), soft_wrap=True),
        redirect_stdout=False,
        disable=logs_json() or not sys.stderr.isatty(),
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
        """Files, URLs or captures that failed so far."""
        return self._count["failed"]


class CrawlReport(_Report):
    """Counts the results of a crawl, and shows the counts while it runs."""

    def __init__(self, *, ignores_robots: bool = False) -> None:
        super().__init__()
        self._failures: list[dict[str, str]] = []
        self._ignores_robots = ignores_robots
        self._rows: dict[str, tuple[TaskID, Counter[str]]] = {}

    def add(self, result: CrawlResult) -> None:
        """Log and count one result."""
        counted = Counter(
            captures=result.capture is not None,
            new=result.new,
            cards=result.cards,
            new_cards=result.new_cards,
            bytes=result.bytes,
            failed=result.error is not None,
            unseen=result.unseen,
        )
        self._count += counted
        fields = {
            "url": result.where,
            "capture": result.capture,
            "new": result.new,
            "cards": result.cards,
            "new_cards": result.new_cards,
            "bytes": result.bytes,
        }
        if result.error:
            self._failures.append({"url": result.where, "error": result.error})
            named = result.error.startswith(result.where)
            text = result.error if named else f"{result.where}: {result.error}"
            if result.capture:
                text += "; what was received is kept"
            if result.remedy:
                text += f" (`archiver {_command(result.remedy, result.where)}`)"
            logger.error("%s", text, extra={"fields": fields | {"error": result.error}})
        else:
            state = "kept" if result.new else "held"
            logger.debug("%s: %s, %d cards", result.where, state, result.cards, extra={"fields": fields})
        self._show(result.source, counted, "")

    def wait(self, wait: Wait) -> None:
        """Log a pause before it begins."""
        fields = {"host": wait.host, "seconds": round(wait.seconds, 3), "reason": wait.reason}
        logger.debug("%s: waiting %.1f s: %s", wait.host, wait.seconds, wait.reason, extra={"fields": fields})
        for source in self._rows:
            if wait.host in source and wait.seconds >= 1:
                self._show(source, Counter(), f"waiting {wait.seconds:.0f} s: {wait.reason}")

    def layout_change(self, change: LayoutChange) -> None:
        """Warn of pages that show fewer cards than they used to."""
        url, others = change.urls[0], len(change.urls) - 1
        more = f" (and {others} more like it)" if others else ""
        text = (
            f"{url}{more}: {change.cards} cards since {iso_time(change.since)}, {change.usual} before; "
            f"if the layout has changed, `archiver inspect {url}` shows what is read"
        )
        logger.warning("%s", text, extra={"fields": {"event": "layout change"} | change.as_row()})

    def summary(self) -> dict[str, Any]:
        """Return the figures of the whole crawl, for the log and for a file."""
        names = ("captures", "new", "cards", "new_cards", "bytes", "failed", "unseen")
        return {
            **{name: self._count[name] for name in names},
            "seconds": round(time.monotonic() - self._started, 3),
            "robots": "ignored" if self._ignores_robots else "obeyed",
            "failures": self._failures,
        }

    def log_summary(self, *, interrupted: bool) -> None:
        """Log the last line."""
        count = self._count
        captures = f"{count['captures']} captures ({count['new']} new)"
        text = f"{captures}, {count['cards']} cards, {count['failed']} failed"
        if unseen := count["unseen"]:
            pages = (
                "1 page and what is behind it" if unseen == 1 else f"{unseen} pages and what is behind them"
            )
            text += f"; not seen: {pages}, which the next crawl asks for again"
        if self._ignores_robots:
            text += "; ROBOTS.TXT WAS IGNORED"
        if interrupted:
            text = f"interrupted; what was captured is kept, and the same command resumes: {text}"
        logger.info("%s", text, extra={"fields": {"event": "summary"} | self.summary()})

    def _show(self, source: str, counted: Counter[str], waiting: str) -> None:
        if self._display.disable:
            return
        if source not in self._rows:
            self._rows[source] = (
                self._display.add_task(printable(source), total=None, figures=""),
                Counter(),
            )
        row, count = self._rows[source]
        count += counted
        rate = count["captures"] / max(time.monotonic() - self._started, 0.001)
        figures = (
            f"{count['captures']} pages, {count['cards']} cards, {count['new_cards']} new, "
            f"{count['bytes'] / 1e6:.1f} MB, {rate:.1f} pages/s {waiting}"
        )
        self._display.update(row, figures=printable(figures))


def _command(remedy: Remedy, where: str) -> str:
    """Return the command that shows more of an error at that file or URL."""
    return f"{remedy} {where}" if remedy == "inspect" else remedy


class ReparseReport(_Report):
    """Counts the results of a reparse, and shows the counts while it runs."""

    def __init__(self) -> None:
        super().__init__()
        self._row = self._display.add_task("reparse", total=None, figures="")

    def add(self, reread: Reread) -> None:
        """Log and count the result of one capture."""
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
            kept = "its capture" if reread.is_new else "its old page"
            logger.error("%s: %s; %s is kept", where, reread.error, kept)
        elif reread.differs:
            cards = f"{reread.gained} gained, {reread.lost} lost, {reread.changed} changed"
            text = f"{where}: {reread.cards} cards: {cards}"
            if next_changed:
                text += f"; next page {reread.next_url or 'none'}, was {reread.next_before or 'none'}"
            logger.debug("%s", text, extra={"fields": asdict(reread)})
        if not self._display.disable:
            self._display.update(self._row, figures=self._figures())

    def log_summary(self, *, interrupted: bool) -> None:
        """Log the last line."""
        text = self._figures() if self._count["pages"] else "all pages are up to date with this parser"
        if self._count["differing"]:
            text += "; `archiver dedupe` brings the posts up to date"
        if interrupted:
            text = f"interrupted; the same command resumes: {text}"
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
