"""Arguments of the library: each comes out in one form, or is a ConfigError that says why not."""

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from pathlib import Path

from archiver.config import CONFIG_NAME
from archiver.crawl.webarchive import check_web_archive, is_web_archive
from archiver.errors import ConfigError
from archiver.export import check_parquet
from archiver.exporting import is_folder
from archiver.fetch import WebArchiveOptions
from archiver.filters import PostFilter
from archiver.rows import FORMATS, KINDS, POST_FORMATS, WEB_ARCHIVE_FORMATS, ExportFormat, Kind
from archiver.sources import RECORD_FIELDS, ImportOptions
from archiver.store import DB_NAME

Source = str | PathLike[str]
"""What a crawl takes: an `http(s)` URL, or the path of a saved page, a folder, or a file of card records;
`wayback:URL` and `timemap:URL` are the captures that a web archive holds."""


def listed_sources(sources: Source | Iterable[Source]) -> list[str]:
    """Return the sources as strings; a single string or path is one source."""
    listed = [fspath(one) for one in ([sources] if isinstance(sources, str | PathLike) else sources)]
    for one in listed:
        if not isinstance(one, str):
            raise TypeError(f"a source is a str or a path of str, not {type(one).__name__}")
        if not one:
            raise ConfigError("a source is empty: expected a URL or a path")
    return listed


def checked_imports(imports: ImportOptions | None) -> ImportOptions:
    """Return the options, or the defaults; raises ConfigError for a time without a zone, a URL or a field."""
    imports = imports or ImportOptions()
    if imports.captured_at is not None and imports.captured_at.tzinfo is None:
        raise ConfigError(f"captured_at {imports.captured_at}: expected a time with a time zone")
    if imports.base_url is not None and not imports.base_url.lower().startswith(("http://", "https://")):
        raise ConfigError(f"base URL {imports.base_url!r}: expected http:// or https://, and a host")
    for name in imports.fields:
        check_one_of("field", name, RECORD_FIELDS)
    return imports


def checked_web_archive(sources: Sequence[str], options: WebArchiveOptions | None) -> WebArchiveOptions:
    """Return the options, or the defaults; raises ConfigError where no source can use them."""
    archived = [source for source in sources if is_web_archive(source)]
    if options and not archived:
        raise ConfigError("no source is of a web archive; write it wayback:URL or timemap:URL")
    options = options or WebArchiveOptions()
    for source in archived:
        check_web_archive(source, options)
    return options


def format_of(path: Path) -> ExportFormat:
    """Return the format that the ending of a file names; a spreadsheet's name must not hold JSON."""
    ending = path.suffix.lstrip(".").lower()
    every: tuple[ExportFormat, ...] = (*FORMATS, *POST_FORMATS, *WEB_ARCHIVE_FORMATS)
    known = [form for form in every if not is_folder(form, None)]
    for form in known:
        if ending in (form, ""):
            return form
    endings = ", ".join(f".{form}" for form in known)
    raise ConfigError(
        f"{path}: no format is called {ending!r}; end the file in {endings} (also with .gz), or name a format"
    )


def check_export(kind: Kind, form: ExportFormat, where: PostFilter | None = None) -> None:
    """Raise ConfigError where nothing of that kind can be written in that format, or not be filtered."""
    check_one_of("kind", kind, KINDS)
    check_one_of("format", form, (*FORMATS, *POST_FORMATS, *WEB_ARCHIVE_FORMATS, "datapackage"))
    if form in WEB_ARCHIVE_FORMATS and kind != "captures":
        raise ConfigError(f"format {form!r}: holds captures, not {kind}; export captures")
    if form in POST_FORMATS and kind != "posts":
        raise ConfigError(f"format {form!r}: holds posts, not {kind}; export posts")
    if where and (kind != "posts" or form == "datapackage"):
        raise ConfigError(f"a filter is for posts, not for {kind if kind != 'posts' else form}")
    if form == "parquet":
        check_parquet()


def check_not_own(folder: Path, path: Path) -> None:
    """Raise ConfigError for a file that the archive in that folder consists of: nothing may replace it."""
    folder, target = folder.resolve(), path.resolve()
    is_top = target.parent == folder and target.name.startswith((DB_NAME, CONFIG_NAME))
    if is_top or target.is_relative_to((folder / "warc").resolve()):
        raise ConfigError(f"{path}: is a file of the archive itself; write to another one")


def check_at_least_1(name: str, value: int) -> None:
    """Raise ConfigError for a number below 1."""
    if value < 1:
        raise ConfigError(f"{name} {value}: expected 1 or more")


def check_one_of(name: str, value: str, known: Sequence[str]) -> None:
    """Raise ConfigError for a value that is not known."""
    if value not in known:
        raise ConfigError(f"{name} {value!r}: expected one of {', '.join(known)}")
