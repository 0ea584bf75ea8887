"""Pages in the history of a git repository: each commit that changed a file is a capture of that file.

A source `git:PATH` or `git:PATH:GLOB` goes in; a `FoundCapture` comes out for each version of a page, the
oldest first. The program git reads the repository: one process lists the changes, another hands out the
files, one at a time.

The repository may come from elsewhere, and what its `config` names would be run by git. So nothing is looked
at but commits and files: no hooks, no filters, no external diff, no pager, no transport, no monitor of files.
"""

import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from archiver.defaults import MAX_PAYLOAD_BYTES
from archiver.errors import SourceError
from archiver.models import Capture
from archiver.sources.files import (
    HAR,
    ImportOptions,
    PageUrl,
    capture_time,
    kept_path,
    media_type_of,
    page_url,
    saved_page,
    shown,
)
from archiver.sources.found import FoundCapture

PREFIX = "git:"
MAX_NAME_BYTES = 1 << 16
"""Bytes of the path of a file in a repository; no file system has longer ones."""
CHUNK_BYTES = 1 << 16

_CONFIG = (
    "safe.directory=*",  # of another user: what he could have us run is turned off
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "log.showSignature=false",  # would run gpg.program
    "diff.external=",
    "submodule.recurse=false",
)
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks, by a command of its config
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_LOG = (
    "log --reverse --full-history --raw -c -z --no-renames --no-abbrev --no-color --no-ext-diff --no-textconv"
    " --no-relative --no-mailmap --no-show-signature --no-notes --format=tformat:@%H%x20%at HEAD --"
)
"""Merges are compared with all their parents: a file that is one parent's is that parent's capture."""
_FILES, _SUBMODULE, _SYMLINK, _GONE = "100", "160000", "120000", "000000"
"""The modes of files (their beginning), submodules, symbolic links and deleted files."""
_LFS = b"version https://git-lfs.github.com/spec/"


class _Change(NamedTuple):
    """A file as a commit left it."""

    commit: str
    committed_at: datetime
    mode: str
    blob: str
    path: str


def is_repository(source: str) -> bool:
    """Whether a source names a git repository."""
    return source.startswith(PREFIX)


def read_repository(
    source: str, options: ImportOptions, passed: Counter[str]
) -> Generator[FoundCapture, None, None]:
    """Yield the versions of the pages of a repository; what is no page is counted in *passed*.

    Raises SourceError where the repository cannot be read (any further).
    """
    folder, glob = _parted(source)
    remote = _remote(folder)
    with _git(folder, "cat-file", "--batch") as files:
        for change in _changes(folder, glob):
            where = f"{source} {change.commit[:12]}:{shown(change.path)}"
            if kind := _no_file(change.mode):
                passed[kind] += 1
                continue
            try:
                payload = _blob(files, change.blob)
                if isinstance(payload, str):
                    passed[payload] += 1
                elif capture := _capture(change, payload, folder, remote, options):
                    yield FoundCapture(where, capture)
                else:
                    passed["files that are no pages"] += 1
            except ValueError as error:
                yield FoundCapture(where, error=f"{where}: {error}")


def _parted(source: str) -> tuple[str, str | None]:
    """Return the folder of the repository, and the pattern for its files."""
    path = source.removeprefix(PREFIX)
    if not Path(path).is_dir() and ":" in path:
        folder, _, glob = path.rpartition(":")
        return folder, glob or None
    return path, None


@contextmanager
def _git(folder: str, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run git in a repository, with pipes; a failure is a SourceError with its first line."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # a folder inside a repository is not taken for it
    ceiling = {"GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.realpath(folder))}  # noqa: PTH120
    config = [word for setting in _CONFIG for word in ("-c", setting)]
    with tempfile.TemporaryFile(prefix="archiver-") as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 - the arguments are ours, the folder is the user's
                ["git", "-C", folder or ".", "--no-pager", *config, *arguments],  # noqa: S607
                env=environment | _ENVIRONMENT | ceiling,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        except FileNotFoundError as error:
            raise SourceError(f"{PREFIX}{shown(folder)}: the program git is not installed") from error
        with process:
            try:
                yield process
            finally:
                process.kill()  # who stops early leaves it waiting
        if process.returncode > 0:
            errors.seek(0)
            line = errors.read(CHUNK_BYTES).decode("utf-8", "replace").partition("\n")[0]
            raise SourceError(f"{PREFIX}{shown(folder)}: {' '.join(line.removeprefix('fatal: ').split())}")


def _output(folder: str, *arguments: str) -> bytes:
    """Return what git prints, or nothing where it fails."""
    try:
        with _git(folder, *arguments) as process:
            output = _pipe(process.stdout).read(CHUNK_BYTES)
    except SourceError:
        return b""
    return output


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise AssertionError("all streams are pipes")
    return stream


def is_shallow(source: str) -> bool:
    """Whether the repository lacks its older commits."""
    return _output(_parted(source)[0], "rev-parse", "--is-shallow-repository").strip() == b"true"


def _remote(folder: str) -> str | None:
    """Return the URL of the repository's remote for a browser, without user and password."""
    written = _output(folder, "config", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
    if "://" not in written and ":" in written:  # git@host:path, as scp has it
        host, _, path = written.rpartition("@")[2].partition(":")
        written = f"ssh://{host}/{path}"
    try:
        parts = urlsplit(written)
        if parts.scheme in ("http", "https", "ssh", "git") and parts.hostname and written.isprintable():
            return f"https://{parts.hostname}{quote(parts.path.removesuffix('/').removesuffix('.git'))}/"
    except ValueError:
        pass
    return None


def _changes(folder: str, glob: str | None) -> Iterator[_Change]:
    """Yield the files that each commit changed, the oldest commit first."""
    commit, committed_at = "", datetime.fromtimestamp(0, UTC)
    pathspec = [f":(top,glob){glob}"] if glob else []
    with _git(folder, *_LOG.split(), *pathspec) as process:
        words = _words(_pipe(process.stdout))
        for word in words:
            text = word.lstrip(b"\n").decode("ascii", "replace")
            if text.startswith("@"):
                commit, _, seconds = text[1:].partition(" ")
                committed_at = _time(seconds)
            elif text.startswith(":"):
                # of a merge, there is a colon, a mode, an id and a letter for each parent
                parents = len(text) - len(text.lstrip(":"))
                fields = text[parents:].split(" ")
                yield _Change(
                    commit,
                    committed_at,
                    fields[parents],
                    fields[2 * parents + 1],
                    os.fsdecode(next(words)),
                )
        process.wait()


def _time(seconds: str) -> datetime:
    """Return the time of a commit; one that is none (a forged commit has any) is that of no web page."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _words(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what stands between zero bytes. Raises SourceError for a name without end."""
    held = b""
    while chunk := stream.read(CHUNK_BYTES):
        *words, held = (held + chunk).split(b"\0")
        yield from words
        if len(held) > MAX_NAME_BYTES:
            raise SourceError(f"{PREFIX} a name of more than {MAX_NAME_BYTES >> 10} KiB in this repository")


def _no_file(mode: str) -> str | None:
    """Return what a change is that leaves no file."""
    if mode.startswith(_FILES):
        return None
    return {_SUBMODULE: "submodules", _SYMLINK: "symbolic links", _GONE: "deleted files"}.get(mode, "others")


def _blob(files: "subprocess.Popen[bytes]", blob: str) -> bytes | str:
    """Return a file's bytes, or what it is that is not read. Raises ValueError, SourceError."""
    asked, answered = _pipe(files.stdin), _pipe(files.stdout)
    try:
        asked.write(f"{blob}\n".encode())
        asked.flush()
    except BrokenPipeError as error:
        raise SourceError("git gave up") from error
    head = answered.readline(CHUNK_BYTES).split()
    if len(head) != 3:  # "<id> missing"
        raise ValueError("the repository lacks this file")
    size = int(head[2])
    is_large = size > MAX_PAYLOAD_BYTES
    data = b"" if is_large else answered.read(size)
    for start in range(0, size if is_large else 0, CHUNK_BYTES):
        answered.read(min(CHUNK_BYTES, size - start))
    answered.read(1)
    if is_large:
        raise ValueError(f"larger than {MAX_PAYLOAD_BYTES >> 20} MiB, which no saved page is")
    return "pointers of Git LFS" if data.startswith(_LFS) else data


def _capture(
    change: _Change, payload: bytes, folder: str, remote: str | None, options: ImportOptions
) -> Capture | None:
    """Return a version of a file as a capture, None where it is no page. Raises ValueError."""
    kind = media_type_of(change.path, payload)
    if kind is None or kind == HAR or change.path.endswith(".gz"):
        return None
    page = saved_page(payload, kind)
    inside = Path(change.path)
    time = capture_time(inside, change.committed_at, replace(options, captured_at=None), page.own.captured_at)
    url = page_url(inside, ".", options, page.own.url)
    if page.own.by_program and page.own.url:
        url = PageUrl(page.own.url, "page")
    elif url.basis == "file":
        base = remote or page_url(Path(folder, "x"), folder, ImportOptions()).url.removesuffix("x")
        url = PageUrl(urljoin(base, quote(os.fsencode(change.path))), "remote" if remote else "file")
    return Capture(
        url=url.url,
        captured_at=time.captured_at,
        payload=page.payload,
        headers=(("Content-Type", page.content_type),),
        path=f"{kept_path(Path(folder), folder)}@{change.commit[:12]}:{shown(change.path)}",
        time_basis="commit" if time.basis == "mtime" else time.basis,
        url_basis=url.basis,
    )
