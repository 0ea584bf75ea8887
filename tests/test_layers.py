"""Imports run one way, and each library is seen in one place."""

import ast
from pathlib import Path

import archiver

PACKAGE = Path(archiver.__file__).parent
STAGES = {"sources", "fetch", "parse", "dedupe", "store", "export"}
BOTTOM = {"models", "errors", "identity", "record"}
ALLOWED = {
    "cli": {"archive", "console", "pageview", "report", *BOTTOM},
    "pageview": {"archive", "console", *BOTTOM},
    "console": {"archive", *BOTTOM},
    "report": {"archive", *BOTTOM},
    "archive": {"config", "crawl", "importing", "layouts", "merging", "reading", "reparse", "saved"}
    | STAGES
    | BOTTOM,
    "config": {"parse"} | BOTTOM,
    "crawl": {"fetch", "parse", "reading", "store", "workers"} | BOTTOM,
    "importing": {"crawl", "reading", "sources", "store"} | BOTTOM,
    "saved": {"crawl", "parse", "reading", "sources", "store", "workers"} | BOTTOM,
    "merging": {"dedupe", "fingerprint", "store"} | BOTTOM,
    "fingerprint": {"models"},
    "reparse": {"parse", "reading", "store", "workers"} | BOTTOM,
    "reading": {"parse", "fingerprint", "store"} | BOTTOM,
    "workers": BOTTOM,
    "layouts": BOTTOM,
    "models": {"identity"},
    "identity": set(),
    "record": {"models"},
    "errors": set(),
    "urls": set(),
    "__main__": {"cli"},
    **{stage: {*BOTTOM, "urls", stage} for stage in STAGES},
}
ONLY_IN = {
    "httpx": "fetch",
    "httpcore": "fetch",
    "protego": "fetch",
    "sqlite_utils": "store",
    "sqlite3": "store",
    "fastwarc": "store",
    "isal": "store",
    "selectolax": "parse",
    "feedparser": "parse",
    "dateparser": "parse",
    "rapidfuzz": "dedupe",
    "numpy": "dedupe",
    "typer": "cli",
}
MANY_ROWS = {"export", "models", "parse", "sources"}
"""Where a million rows of JSON go through, at a quarter of the time of the standard library's module."""


def imports(path):
    """The modules that a file imports, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            if node.module == "archiver":
                yield from (f"archiver.{alias.name}" for alias in node.names)
            else:
                yield node.module


def modules():
    """Every file with the part of the package that it belongs to."""
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part != "__init__":
            yield part, path


def test_imports_run_one_way():
    wrong = [
        f"{path.name} imports {name}"
        for part, path in modules()
        for name in imports(path)
        if name.startswith("archiver.")
        and name != "archiver.__version__"
        and name.split(".")[1] not in ALLOWED[part]
    ]
    assert wrong == []


def test_each_library_is_seen_in_one_stage():
    wrong = [
        f"{path.name} imports {name}"
        for part, path in modules()
        for name in imports(path)
        if ONLY_IN.get(name.split(".")[0], part) != part
    ]
    assert wrong == []


def test_fast_json_is_seen_where_rows_are_many():
    parts = {part for part, path in modules() if "orjson" in set(imports(path))}
    assert parts == MANY_ROWS


def test_every_module_says_what_it_does():
    silent = [
        path.name
        for _, path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
