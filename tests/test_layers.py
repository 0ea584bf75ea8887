"""Imports run one way, between rooms and inside them; a library is seen in one place; a name is one class."""

import ast
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import archiver

PACKAGE = Path(archiver.__file__).parent
FACE = PACKAGE / "__init__.py"
LAZY = {"__getattr__", "__dir__"}
FLOORS = {
    "": """
        defaults|errors|rows|urlkey|rewritten|surt|httphead|httpchunks|eventloop|wholefile|differences
        models cardrow|filters fingerprint sources|fetch|parse|dedupe|export store
        config|merging|storepool|replayable|coverage changes diff|crawl|exporting|site
        health results crawling|publishing rebuilding|subscriptions|checks archive serve cli __main__""",
    "cli": """
        terminal|arguments log printing show|inspect|subscribe|changes|captures|progress
        post|status|common|options filters collect|merge|look|publish|keep app""",
    "crawl": """
        interrupts|outcome|pace|storethread workers drift news|reading|originals
        drafting|follow|placed|captures reparse
        web|webarchive|files|records|containers""",
    "parse": """
        payload dates document pager listing fields wrapper feeds|plaintext|embedded records html
        page|title draft_rule""",
    "dedupe": """
        arrays rules unionfind keys evidence blocking clustering survivorship texts decisions review
        explain posts|edits incremental""",
    "dedupe/incremental": "state boilerplate|textpairs load affected run",
    "store": "warc db recovery store former|takeover|verify",
    "sources": """
        paths ownurl|faults|found|jsonarray trees|mhtml files har|repository|opml|selection|tables|spool
        kinds|database|parquet|warc records|wacz containers""",
    "sources/warc": "unpack records captures",
    "fetch": """
        addresses|chunks|cookies|weblinks heads urls robots options|retries|throttle
        cdx|mementos|timemaps|exchange client""",
    "export": """
        columns|days|cdxj|xmltext|written|slug schema|feed
        wacz|atom|jsonfeed|markdown|wxr|parquet write datapackage""",
    "serve": "guard|metadata pages plugin server",
    "site": "markup|words frame shown plots|lists|changepages|searchpage coveragepages|postpage build",
}
"""The rooms of each folder from the lowest to the highest: a room imports lower ones. Those with a bar
between
them do not import one another. The folder's own face, `__init__.py`, stands above all of them."""
ONLY_IN = {
    "httpx": "fetch",
    "httpcore": "fetch",
    "protego": "fetch",
    "sqlite_utils": "store",
    "sqlite3": "store sources",  # our own database, and tables of others
    "fastwarc": "store",
    "isal": "store",
    "selectolax": "parse",
    "feedparser": "parse",
    "dateparser": "parse",
    "rapidfuzz": "dedupe",
    "numpy": "dedupe",
    "pyarrow": "sources export",
    "datasette": "serve",
    "uvicorn": "serve",
    "typer": "cli",
    "rich": "cli",
}
MANY_ROWS = {"export", "models", "parse", "sources"}
"""Where a million rows of JSON go through, at a quarter of the time of the standard library's module."""


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """The modules that a file imports, as dotted names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ([name for name in names if is_module(name)] or [node.module or ""])


def is_module(name):
    place = PACKAGE.joinpath(*name.split(".")[1:])
    return name.startswith("archiver.") and (place.is_dir() or place.with_suffix(".py").is_file())


def files():
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path):
    """The parts of a module's name below the package; a face is named by its folder."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def floors(folder):
    """The floor of each room in a folder."""
    return {room: floor for floor, rooms in enumerate(FLOORS[folder].split()) for room in rooms.split("|")}


@pytest.mark.parametrize("folder", FLOORS)
def test_every_room_has_its_floor(folder):
    place = PACKAGE / folder
    there = {p.stem for p in place.iterdir() if p.suffix == ".py"} - {"__init__"}
    there |= {p.name for p in place.iterdir() if (p / "__init__.py").exists()}
    assert set(floors(folder)) == there


@pytest.mark.parametrize("folder", FLOORS)
def test_imports_run_one_way(folder):
    floor_of = floors(folder)
    depth = len(folder.split("/")) if folder else 0
    wrong = []
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        own = module_of(path)
        if len(own) <= depth:
            continue  # the face
        for name in imports(path):
            other = tuple(name.split(".")[1:])
            if not name.startswith("archiver.") or other[:depth] != own[:depth] or len(other) <= depth:
                continue
            here, there = own[depth], other[depth]
            if here != there and floor_of[there] >= floor_of[here]:
                wrong.append(f"{'.'.join(own)} imports {name}")
    assert wrong == []


def test_one_module_of_the_store_knows_deduplication():
    """The one that implements the protocol by which the engine speaks to a store."""
    knowing = {
        path.name
        for path in (PACKAGE / "store").rglob("*.py")
        if any(name.startswith("archiver.dedupe") for name in imports(path))
    }
    assert knowing == {"dedupe_state.py"}


def test_no_module_imports_itself_through_others():
    graph = {}
    for path in files():
        name = ".".join(("archiver", *module_of(path)))
        if path == FACE:  # what it hands on is loaded on first use
            continue
        graph[name] = {other for other in imports(path) if other.startswith("archiver.") and other != name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(error.args[1])}")


def test_each_library_is_seen_in_one_stage():
    wrong = [
        f"{path.name} imports {name}"
        for path in files()
        for name in imports(path)
        if (own := (*module_of(path), "")[0]) not in ONLY_IN.get(name.split(".")[0], own).split(" ")
    ]
    assert wrong == []


def test_fast_json_is_seen_where_rows_are_many():
    assert {module_of(path)[0] for path in files() if "orjson" in set(imports(path))} == MANY_ROWS


def test_every_module_says_what_it_does():
    assert [str(path) for path in files() if not ast.get_docstring(tree(path))] == []


def test_one_class_name_is_one_class():
    names = Counter(
        node.name for path in files() for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_a_face_computes_nothing():
    """A package's `__init__.py` holds imports, `__all__`, and a docstring."""
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    wrong = [
        str(path.relative_to(PACKAGE))
        for path in files()
        if path.name == "__init__.py"
        for node in tree(path).body
        if not isinstance(node, allowed) and not (path == FACE and loads_lazily(node))
    ]
    assert wrong == []


def loads_lazily(node):
    """Whether a statement is imports for type checkers, else names' modules and the functions of PEP 562."""
    return (
        isinstance(node, ast.If)
        and ast.unparse(node.test) == "TYPE_CHECKING"
        and all(isinstance(part, ast.ImportFrom) for part in node.body)
        and all(isinstance(part, ast.Assign | ast.FunctionDef) for part in node.orelse)
        and {part.name for part in node.orelse if isinstance(part, ast.FunctionDef)} == LAZY
    )
