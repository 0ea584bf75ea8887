"""The package's log on standard error: a line of text for each record, or a JSON object.

Standard output is for data, so nothing here writes to it.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

from archiver.cli.terminal import printable

LogFormat = Literal["text", "json"]

logger = logging.getLogger("archiver")


class _CurrentStderr(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is at the time of the record: a display puts its own in front of it.

    Lines that go past the display are overwritten by it.
    """

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _TextLines(logging.Formatter):
    """Each record as one line for a person."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(f"archiver: {record.getMessage()}")


class _JsonLines(logging.Formatter):
    """Each record as one JSON object: time, level, message, and the fields given with it."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        return json.dumps(line | getattr(record, "fields", {}), ensure_ascii=False)


def log_to_stderr(form: LogFormat, *, verbose: bool) -> None:
    """Send the package's log to standard error; if *verbose*, or in JSON, with every result of a crawl."""
    handler = _CurrentStderr()
    handler.setFormatter(_JsonLines() if form == "json" else _TextLines())
    logger.handlers[:] = [handler]
    logger.setLevel(logging.DEBUG if verbose or form == "json" else logging.INFO)


def logs_json() -> bool:
    """Return whether the log is JSON."""
    return any(isinstance(handler.formatter, _JsonLines) for handler in logger.handlers)
