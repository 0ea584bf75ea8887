"""The fingerprint of a computation: a name for the code that made a stored result.

A name goes in as the modules in which the computation begins; out comes `vN-` and 16 hex digits. Every
module of the package that those modules import, directly or through others, counts, and so does the release
of every library that these import. Comments, docstrings, blank lines and the layout of the code do not count:
only the syntax tree does. Two kinds of import are not followed: those under `if TYPE_CHECKING:`, which do not
run, and those of the package itself, `archiver`, which exports names and holds the release's number.

Two archives hold results of the same code when the names are equal; when they differ, the result is due.
"""

import ast
import hashlib
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from archiver.models import content_key

PACKAGE = "archiver"

FIXED_LIBRARIES = frozenset({"brotli", "fastwarc", "isal", "orjson", "pydantic", "sqlite_utils", "zstandard"})
"""Libraries that carry values and decide nothing: what they return is fixed by a format or by a type."""


@cache
def fingerprint(version: int, roots: tuple[str, ...]) -> str:
    """Name the computation that begins in these modules.

    Args:
        version: raised by hand where a result changes though the code does not, as with a new data file.
        roots: dotted names of modules of the package, such as `archiver.parse`.

    Returns:
        `vN-` with the version, and 16 hex digits. The same on every Python from 3.11 on whose Unicode data is
        the same, wherever the package is installed.

    Raises:
        ModuleNotFoundError: where a root is not a module of the package.
    """
    trees = {name: _tree(name) for name in modules_behind(roots)}
    digests = sorted((name, _digest(tree)) for name, tree in trees.items())
    return f"v{version}-{content_key(unicodedata.unidata_version, digests, _releases(trees.values()))}"


@cache
def modules_behind(roots: Sequence[str]) -> tuple[str, ...]:
    """Return the modules of the package that run when the roots do, sorted: the roots and all they import."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if _source(name) is None:
            raise ModuleNotFoundError(f"{name} is not a module of this package", name=name)
        found.add(name)
        waiting += [module for module in _imported(_tree(name)) if module.startswith(f"{PACKAGE}.")]
    return tuple(sorted(found))


def _source(module: str) -> Traversable | None:
    """Return the file that holds a module of the package, None where there is no such module."""
    parts = module.split(".")[1:]
    place = files(PACKAGE).joinpath(*parts)
    candidates = [place / "__init__.py"] if place.is_dir() else []
    candidates += [files(PACKAGE).joinpath(*parts[:-1], f"{parts[-1]}.py")] if parts else []
    return next((file for file in candidates if file.is_file()), None)  # a folder alone is no module


@cache
def _tree(module: str) -> ast.Module:
    source = _source(module)
    assert source is not None  # noqa: S101 - for the type checker: a module in hand is one that was found
    return ast.parse(source.read_bytes())


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a module imports, anywhere but under `if TYPE_CHECKING:`."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            submodules = [f"{module}.{alias.name}" for alias in node.names]
            own = [name for name in submodules if name.split(".")[0] == PACKAGE and _source(name)]
            yield from own
            if len(own) < len(submodules):  # a name that the module itself defines or hands on
                yield module
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _releases(trees: Iterable[ast.Module]) -> list[tuple[str, str]]:
    """Return the installed release of each library that the modules import."""
    names = {name.split(".")[0] for tree in trees for name in _imported(tree)}
    libraries = names - sys.stdlib_module_names - FIXED_LIBRARIES - {PACKAGE}
    return sorted((name, version(name)) for name in libraries)


def _digest(tree: ast.Module) -> str:
    """SHA-256 of a syntax tree without its docstrings, places and empty fields.

    Empty fields are left out because later versions of Python add some to nodes that were there before;
    `ast.dump` writes them, and writes them otherwise from 3.13 on.
    """
    written: list[str] = []
    _write(tree, written)
    return hashlib.sha256("\0".join(written).encode("utf-8", "surrogatepass")).hexdigest()


def _write(node: ast.AST, written: list[str]) -> None:
    """Append the content of a node to *written*, its children in order."""
    written.append(type(node).__name__)
    for field in node._fields:
        value = getattr(node, field, None)
        if field == "body" and _starts_with_docstring(node):
            value = value[1:]  # type: ignore[index]  # a body that starts with a docstring is a list
        if value is None or value == []:
            continue
        written.append(field)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                _write(item, written)
            else:
                written.append(repr(item))
        written.append(";")


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
