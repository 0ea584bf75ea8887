"""What is printed of subscriptions: their state, the new posts of a crawl, and timers that run it."""

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from archiver.cli.log import logger
from archiver.cli.printing import plain_console
from archiver.errors import ConfigError

_TITLES = 10
"""New posts of a source that are named."""


def print_sources(sources: Sequence[dict[str, Any]]) -> None:
    """Print a row for each subscription."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("crawled", "due", "posts a day", "held", "health", "source"):
        table.add_column(name, no_wrap=True, justify="right" if name in ("posts a day", "held") else "left")
    for one in sources:
        table.add_row(
            _minute(one["crawled_at"]) or "never",
            _minute(one["due"]) or "now",
            "" if one["posts_a_day"] is None else f"{one['posts_a_day']:.1f}",
            "" if one["held"] is None else f"{one['held']:.0%}",
            health_of(one),
            one["url"],
        )
    plain_console().print(table)


def log_news(news: Sequence[dict[str, Any]]) -> None:
    """Log how many posts are new, and the first of each source."""
    for one in news:
        posts = one["posts"]
        if posts:
            logger.info("%s: %d new posts", one["source"], len(posts))
        for post in posts[:_TITLES]:
            logger.info("  %s", "  ".join(filter(None, (post["date"], post["title"], post["url"]))))
        if len(posts) > _TITLES:
            logger.info("  and %d more", len(posts) - _TITLES)


def split_command(text: str) -> list[str]:
    """Split a command as a shell does; no shell runs it. Raises ConfigError."""
    try:
        if words := shlex.split(text):
            return words
    except ValueError as error:
        raise ConfigError(f"--notify {text!r}: {error}") from error
    raise ConfigError("--notify is empty: expected a command")


def notified(command: Sequence[str], what: dict[str, Any]) -> bool:
    """Give a command one JSON object on its standard input; False, and a line, where it fails."""
    try:
        ended = subprocess.run(command, input=json.dumps(what).encode() + b"\n", check=False)  # noqa: S603
    except OSError as error:
        logger.error("--notify %s: %s", command[0], error.strerror)
        return False
    if ended.returncode:
        logger.error("--notify %s: ended with code %d", command[0], ended.returncode)
    return ended.returncode == 0


def cron_line(archive: Path) -> str:
    """Return the line of a crontab that crawls what is due every quarter of an hour."""
    return f"*/15 * * * * {shlex.join(_crawl(archive))}".replace("%", "\\%")  # a bare % ends the command


def systemd_units(archive: Path) -> str:
    """Return a service and a timer of systemd that crawl what is due every quarter of an hour."""
    command = " ".join(_systemd_word(word) for word in _crawl(archive))
    return f"""\
# ~/.config/systemd/user/archiver.service
[Unit]
Description=Crawl the sources of {archive} that are due

[Service]
Type=oneshot
ExecStart={command}

# ~/.config/systemd/user/archiver.timer
[Unit]
Description=Every quarter of an hour

[Timer]
OnCalendar=*:0/15
Persistent=true

[Install]
WantedBy=timers.target
"""


def _crawl(archive: Path) -> list[str]:
    """Return the command, which a timer runs in another folder and with another PATH."""
    program = shutil.which("archiver")
    called = [str(Path(program).absolute())] if program else [sys.executable, "-m", "archiver"]
    return [*called, "--archive", str(archive.absolute()), "crawl"]


def _systemd_word(word: str) -> str:
    """Quote a word as systemd.service(5) says."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if plain != word or " " in word else word


def _minute(time: str | None) -> str:
    return time[:16].replace("T", " ") if time else ""


def health_of(source: Mapping[str, Any]) -> str:
    """Say in a few words how a source is."""
    said = []
    if source["failures"]:
        said.append(f"failed {source['failures']} times" if source["failures"] > 1 else "failed")
    if source["unseen"]:
        said.append(f"{source['unseen']} pages not seen")
    return ", ".join(said) or ("well" if source["crawled_at"] else "new")
