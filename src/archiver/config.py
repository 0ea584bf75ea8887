"""The settings of one archive: `archiver.toml` in its folder.

A folder comes in, a `Config` goes out; without a file it is empty. Invalid TOML, unknown keys and values that
do not fit are errors that name file, table and key. The file is looked for in the archive's folder, not in
the current one.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError

from archiver.defaults import MAX_PAGES
from archiver.errors import ConfigError, FetchError
from archiver.fetch import Contact, FetchOptions, ProxyUrl, checked_url
from archiver.models import Model
from archiver.parse import SiteRule
from archiver.wholefile import write_whole

CONFIG_NAME = "archiver.toml"


_DURATION = re.compile(r"(\d{1,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _checked(url: object) -> str:
    if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")):
        raise ValueError(f"expected an http(s) URL, not {url!r}")
    try:
        return checked_url(url)
    except FetchError as error:
        raise ValueError(str(error)) from error


def parse_interval(text: object) -> timedelta:
    """Read an interval as people write it: 30m, 6h, 2d. Raises ValueError."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if not found or not int(found[1]):
        raise ValueError(f"expected a number of minutes, hours or days, such as 30m, 6h or 2d, not {text!r}")
    return int(found[1]) * _UNITS[found[2]]


def interval_text(interval: timedelta) -> str:
    """Write an interval as `parse_interval` reads it, in the largest unit that fits."""
    unit = next(name for name in "dhm" if not interval % _UNITS[name])
    return f"{interval // _UNITS[unit]}{unit}"


Interval = Annotated[
    timedelta, BeforeValidator(parse_interval), PlainSerializer(interval_text, when_used="always")
]


class Subscription(Model):
    """A source that is crawled whenever it is due, and how.

    `every` is a fixed pause between two crawls; without it the site's own pace decides. The other fields are
    those of `FetchOptions` and `FollowPolicy`; `delay` is in seconds, `cookies` a path within the archive's
    folder, or an absolute one.
    """

    url: Annotated[str, BeforeValidator(_checked)]
    every: Interval | None = None
    contact: Contact | None = None
    delay: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    robots: bool = True
    cookies: Path | None = None
    proxy: ProxyUrl | None = None
    feeds: bool = False
    max_pages: int = Field(default=MAX_PAGES, ge=1)

    def fetching(self, folder: Path) -> FetchOptions:
        """Return how it is fetched for the archive in that folder."""
        return FetchOptions(
            contact=self.contact,
            delay_s=self.delay,
            ignore_robots=not self.robots,
            cookies=self.cookies and folder / self.cookies,
            proxy=self.proxy,
        )


class Config(Model):
    """The content of the file: its `[[rules]]` and its `[[sources]]` tables, in order."""

    rules: tuple[SiteRule, ...] = ()
    sources: tuple[Subscription, ...] = ()


def read_config(folder: Path) -> Config:
    """Read the settings of the archive in a folder. Raises ConfigError."""
    path = folder / CONFIG_NAME
    try:
        if path.exists() and not path.is_file():  # opening a named pipe would wait for a writer
            raise ConfigError(f"{path}: not a regular file")
        return Config.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{path}: {_where(first['loc'])}: {_what(first['type'], first['msg'])}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: invalid TOML: nested too deeply") from error
    except ValueError as error:  # no TOML, no UTF-8, or a number that `int` refuses
        raise ConfigError(f"{path}: invalid TOML: {error}") from error


def add_subscription(folder: Path, subscription: Subscription) -> bool:
    """Add a source to the settings of the archive in a folder; False where its URL is there already.

    The table is added at the end of the file, whose text stays as it is. Raises ConfigError.
    """
    path = folder / CONFIG_NAME
    if any(known.url == subscription.url for known in read_config(folder).sources):
        return False
    table = subscription.model_dump(mode="json", exclude_defaults=True)
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        write_whole(path, [(before and f"{before.rstrip()}\n\n").encode(), _toml_table(table).encode()])
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    return True


def _toml_table(values: Mapping[str, Any]) -> str:
    """Return a `[[sources]]` table; strings, numbers and truth values of JSON are written alike in TOML."""
    lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    return "".join(["[[sources]]\n", *lines])


def _where(location: tuple[int | str, ...]) -> str:
    """Name the place in the file, counted from 1: `rules 2, title`."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in location]
    return ", ".join([" ".join(parts[:2]), *parts[2:]])


def _what(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown key; the documentation has the known ones under Configuration"
    if kind == "tuple_type":
        return "expected a list of tables, each below [[rules]] or [[sources]]"
    return message.removeprefix("Value error, ").replace("Field required", "is missing")
