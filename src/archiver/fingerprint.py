"""The fingerprint of a computation: a name for the code that made a stored result.

A name goes in as the modules in which the computation begins; out comes `vN-` and 16 hex digits. Every
module of the package that those modules import, directly or through others, counts, and so does the release
of every library that these import. Comments, docstrings, blank lines and the layout of the code do not count:
only the syntax tree does. A data file with the name of a module, `model.json` beside `model.py`, is a part of
that module. Two kinds of import are not followed: those under `if TYPE_CHECKING:`, which do not
run, and those of the package's own face, `archiver`, which hands names on and holds the release's number.

Two archives hold results of the same code when the names are equal; when they differ, the result is due.
"""

import ast
import hashlib
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version as release_of
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from archiver.models import content_key

PACKAGE = "archiver"

FIXED_LIBRARIES = frozenset({"brotli", "fastwarc", "isal", "orjson", "pydantic", "sqlite_utils", "zstandard"})
"""Libraries that carry values and decide nothing: what they return is fixed by a format or by a type."""


class _Module(NamedTuple):
    """A module of the package: the digest of its syntax tree, and the modules that it imports."""

    digest: str
    imports: frozenset[str]


known: dict[tuple[int, tuple[str, ...]], str] = {}
"""The names that this process has computed, or was told: another process of this program hands them on."""


def fingerprint(version: int, roots: tuple[str, ...]) -> str:
    """Name the computation that begins in these modules.

    The first call for a root takes some 0.2 s, since all modules are parsed; later ones take none.

    Args:
        version: raised by hand where a result changes though neither the code nor its data files do.
        roots: dotted names of modules of the package, such as `archiver.parse`.

    Returns:
        `vN-` with the version, and 16 hex digits. The same on every Python from 3.11 on whose Unicode data is
        the same, wherever the package is installed.

    Raises:
        ModuleNotFoundError: where a root is not a module of the package.

    """
    if (version, roots) not in known:
        known[version, roots] = _computed(version, roots)
    return known[version, roots]


def _computed(version: int, roots: tuple[str, ...]) -> str:
    modules = {name: _module(name) for name in modules_behind(roots)}
    digests = sorted((name, module.digest) for name, module in modules.items())
    imported = frozenset[str]().union(*(module.imports for module in modules.values()))
    libraries = {name.split(".")[0] for name in imported} - sys.stdlib_module_names - FIXED_LIBRARIES
    releases = sorted((name, release_of(name)) for name in libraries - {PACKAGE})
    return f"v{version}-{content_key(unicodedata.unidata_version, digests, releases)}"


@cache
def modules_behind(roots: Sequence[str]) -> tuple[str, ...]:
    """List the modules of the package that run when the roots do: they and all that they import, sorted."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [module for module in _module(name).imports if module.startswith(f"{PACKAGE}.")]
    return tuple(sorted(found))


@cache
def _module(name: str) -> _Module:
    source = _source(name)
    if source is None:
        raise ModuleNotFoundError(f"{name} is not a module of this package", name=name)
    written: list[str] = []
    imports: set[str] = set()
    _write(ast.parse(source.read_bytes()), written, imports)
    data = files(PACKAGE).joinpath(*name.split(".")[1:-1], f"{name.rpartition('.')[2]}.json")
    if data.is_file():
        written.append(data.read_text(encoding="utf-8"))
    digest = hashlib.sha256("\0".join(written).encode("utf-8", "surrogatepass")).hexdigest()
    return _Module(digest, frozenset(imports))


@cache
def _source(module: str) -> Traversable | None:
    """Find the file that holds a module of the package; None where there is no such module."""
    parts = module.split(".")[1:]
    place = files(PACKAGE).joinpath(*parts)
    candidates = [place / "__init__.py"] if place.is_dir() else []
    candidates += [files(PACKAGE).joinpath(*parts[:-1], f"{parts[-1]}.py")] if parts else []
    return next((file for file in candidates if file.is_file()), None)  # a folder alone is no module


def _write(node: ast.AST, written: list[str], imports: set[str]) -> None:
    """Append what a node and its children say to *written*, and what they import to *imports*.

    Left out are docstrings, places in the file, and empty fields: later versions of Python add fields to
    nodes that were there before. `ast.dump` writes them, and writes them otherwise from Python 3.13 on.
    """
    written.append(type(node).__name__)
    if isinstance(node, ast.Import | ast.ImportFrom):
        imports.update(_imported(node))
    skipped = _is_type_checking(node)
    for field in node._fields:
        value = getattr(node, field, None)
        if field == "body" and _starts_with_docstring(node):
            value = value[1:]  # type: ignore[index]  # a body that starts with a docstring is a list
        if value is None or value == []:
            continue
        written.append(field)
        # what stands under `if TYPE_CHECKING:` does not run
        found = set[str]() if skipped and field == "body" else imports
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, ast.AST):
                _write(item, written, found)
            else:
                written.append(repr(item))
        written.append(";")


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Yield the modules that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    module = node.module or ""
    own = []
    if module.split(".")[0] == PACKAGE:
        own = [name for alias in node.names if _source(name := f"{module}.{alias.name}")]
    yield from own
    if len(own) < len(node.names):  # a name that the module itself defines or hands on
        yield module


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _starts_with_docstring(node: ast.AST) -> bool:
    """Whether the node is a module, class or function whose first statement is a docstring."""
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    first = node.body[0] if node.body else None
    return (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
