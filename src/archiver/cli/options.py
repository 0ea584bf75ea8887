"""Options as text in, options of the library out; what does not fit is a ConfigError that names the flag."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

import typer

import archiver
from archiver.errors import ConfigError
from archiver.urlkey import host_of

_WEB_ARCHIVE_FLAGS = {
    "index": ("--cdx", "a URL"),
    "from_time": ("--from", "14 digits, the beginning of them, or ISO 8601"),
    "to_time": ("--to", "14 digits, the beginning of them, or ISO 8601"),
    "match_type": ("--match-type", "exact, prefix, host or domain"),
    "collapse": ("--collapse", "digest or timestamp:N, N from 1 to 14"),
    "limit": ("--limit", "1 or more"),
}


def refuse_options(context: typer.Context, allowed: Iterable[str]) -> None:
    """Raise ConfigError where an option is given that only named sources have."""
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name)
        if name not in allowed and given is not None and given.name == "COMMANDLINE":
            raise ConfigError(
                f"{parameter.opts[0]} is for sources that are named; archiver.toml has those of the others"
            )


def invalid(error: ValueError) -> ConfigError:
    """Return the error of an option or argument that does not fit; *error* is pydantic's."""
    from pydantic import ValidationError

    assert isinstance(error, ValidationError)  # noqa: S101 - for the type checker
    first = error.errors()[0]
    name = str(first["loc"][0]).removesuffix("_s").replace("_", "-")
    what = name if name == "url" else f"--{name}"
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    if name == "contact":
        message = "expected an e-mail or URL in ASCII"
    value = repr(first["input"])
    return ConfigError(
        f"invalid {what}: {message}" if value in message else f"invalid {what} {value}: {message}"
    )


def field_names(text: str | None) -> dict[str, str]:
    """Return the names of a `--map`, by the fields of card records that they stand for."""
    named: dict[str, str] = {}
    for pair in text.split(",") if text else ():
        ours, _, theirs = (part.strip() for part in pair.partition("="))
        if not ours or not theirs:
            raise ConfigError(f"invalid --map {pair!r}: expected FIELD=NAME, such as title=headline")
        named[ours] = theirs
    return named


def captured_time(text: str | None) -> datetime | None:
    """Return the time of a `--captured-at`."""
    try:
        return archiver.parse_time(text) if text else None
    except ValueError as error:
        raise ConfigError(f"invalid --captured-at {text!r}: expected ISO 8601 or 14 digits") from error


def web_archive_options(chosen: Mapping[str, object]) -> "archiver.WebArchiveOptions | None":
    """Return what the flags say of the captures of web archives; None where they say nothing."""
    from pydantic import ValidationError

    if not chosen:
        return None
    try:
        return archiver.WebArchiveOptions.model_validate(chosen)
    except ValidationError as error:
        (fault, *_) = error.errors()
        name = str(fault["loc"][0])
        flag, expected = _WEB_ARCHIVE_FLAGS[name]
        raise ConfigError(f"invalid {flag} {chosen[name]!r}: expected {expected}") from error


def score(text: str | None) -> float | None:
    """Return the score of a `--threshold`; the library checks its bounds."""
    try:
        return None if text is None else float(text)
    except ValueError as error:
        raise ConfigError(f"threshold {text}: expected a score from 0 to 100") from error


def past_time(flag: str, text: str | None) -> datetime | None:
    """Return the time that a flag names: ISO 8601, 14 digits, or an age such as `36h`, until now."""
    from archiver.config import parse_interval
    from archiver.store import utc_now

    if text is None:
        return None
    for read in (archiver.parse_time, lambda age: utc_now() - parse_interval(age)):
        with suppress(ValueError, OverflowError):
            return read(text)
    raise ConfigError(f"invalid {flag} {text!r}: expected a time (ISO 8601 or 14 digits) or an age (36h, 7d)")


def skipped(limit: int | None, page: int) -> int:
    """Return how many rows stand on the pages before a `--page`."""
    if page > 1 and limit is None:
        raise ConfigError("--page needs --limit: how many a page has")
    return (page - 1) * (limit or 0)


def site_name(text: str | None) -> str | None:
    """Return the site that a `--site` names: a host without `www.`, also where a URL was given."""
    return text and host_of(text if "://" in text else f"://{text}")
