"""The settings of one archive: `archiver.toml` in its folder.

A folder comes in, a `Config` goes out; without a file it is empty. Invalid TOML, unknown keys and values that
do not fit are errors that name file, table and key. The file is looked for in the archive's folder, not in
the current one.
"""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from archiver.errors import ConfigError
from archiver.models import Model
from archiver.parse import SiteRule

CONFIG_NAME = "archiver.toml"


class Config(Model):
    """The content of the file: `rules` are its `[[rules]]` tables, in order."""

    rules: tuple[SiteRule, ...] = ()


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


def _where(location: tuple[int | str, ...]) -> str:
    """Name the place in the file, counted from 1: `rules 2, title`."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in location]
    return ", ".join([" ".join(parts[:2]), *parts[2:]])


def _what(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown key; see the README for the known ones"
    if kind == "tuple_type":
        return "expected a list of tables, each below [[rules]]"
    return message.removeprefix("Value error, ").replace("Field required", "is missing")
