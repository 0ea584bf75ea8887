"""The settings of one archive: `archiver.toml` in its folder.

In: a folder. Out: a `Config`; without a file, one that says nothing. Refuses: a file that is no TOML, a table
or key that is not known, a value that does not fit; the message names file, table and key. The one surprise:
the file belongs to the archive, not to the place where the command is run.
"""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from archiver.errors import ConfigError
from archiver.models import Model
from archiver.parse import SiteRule

CONFIG_NAME = "archiver.toml"


class Config(Model):
    """What the file says: `rules`, the `[[rules]]` tables in their order."""

    rules: tuple[SiteRule, ...] = ()


def read_config(folder: Path) -> Config:
    """The settings of the archive in that folder. Raises ConfigError."""
    path = folder / CONFIG_NAME
    try:
        return Config.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is no TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{path}: {_where(first['loc'])}: {_what(first['type'], first['msg'])}") from error


def _where(location: tuple[int | str, ...]) -> str:
    """The place in the file as a person counts: `rules 2, title`."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in location]
    return ", ".join([" ".join(parts[:2]), *parts[2:]])


def _what(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such key; see the README for those there are"
    if kind == "tuple_type":
        return "is a list of tables; write [[rules]] over each"
    return message.removeprefix("Value error, ").replace("Field required", "is missing")
