"""The package as a library: its names and their documentation, its arguments, its values, its messages."""

import ast
import asyncio
import inspect
import json
import re
import sqlite3
import subprocess
import sys
import threading
import typing
from datetime import datetime
from pathlib import Path

import pytest

import archiver
from archiver import Archive, ConfigError, FollowPolicy, ImportOptions, StoreError
from archiver.export import COLUMNS
from archiver.export.columns import NESTED
from archiver.rows import CardCaptureRow, PostRevisionRow, WarcPlaceRow
from archiver.store import Store
from tests.paths import ROOT, SAMPLE

DOCS = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
IMPORTS = ImportOptions(base_url="https://harbour.example/")
PACKAGE = Path(archiver.__file__).parent


@pytest.fixture
def archive(tmp_path):
    made = Archive(tmp_path / "archive")
    made.crawl(SAMPLE, imports=IMPORTS)
    made.dedupe()
    return made


@pytest.fixture
def opened(monkeypatch):
    """The modes in which stores were opened so far."""
    modes = []
    enter = Store.__enter__

    def counted(store):
        modes.append(store._mode)
        return enter(store)

    monkeypatch.setattr(Store, "__enter__", counted)
    return modes


# The names


def test_every_public_name_is_documented_and_every_documented_name_exists():
    named = re.findall(r"^(?:\| )?`(\w+)` (?:\||is the version)", DOCS, re.MULTILINE)
    assert sorted(named) == sorted(archiver.__all__)
    assert all(hasattr(archiver, name) for name in named)


def test_every_method_has_its_section_with_its_parameters():
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##)", DOCS, re.MULTILINE | re.DOTALL))
    methods = dict(inspect.getmembers(Archive, inspect.isfunction))
    assert sections.keys() == {name for name in methods if not name.startswith("_")}
    for name, text in sections.items():
        described = sections["crawl"] if name == "crawl_iter" else text
        for parameter in list(inspect.signature(methods[name]).parameters)[1:]:
            assert re.search(rf"\b{parameter}\b", described), f"{name} does not say what {parameter} is"


def test_the_face_names_what_type_checkers_see():
    body = ast.parse((PACKAGE / "__init__.py").read_text()).body
    (lazy,) = (node for node in body if isinstance(node, ast.If))
    imports = [node for node in lazy.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: node.module for node in imports for alias in node.names}
    assert len(imports) == len(lazy.body)
    assert seen == vars(archiver)["_MODULES"]
    assert {*seen, "__version__"} == set(archiver.__all__)
    assert set(archiver.__all__) <= set(dir(archiver))
    with pytest.raises(AttributeError, match="no attribute 'Archives'"):
        archiver.Archives  # type: ignore[attr-defined]  # noqa: B018


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample").symlink_to(SAMPLE)
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"^```python\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        exec(compile(example, "library.md", "exec"), {})  # noqa: S102 - our own text
    out = capsys.readouterr().out
    assert "8 captures, 0 failed" in out
    assert "The storm of 2 February" in out
    assert Path("posts.csv").stat().st_size > 1000


def test_no_method_takes_or_gives_untyped_dictionaries():
    for name, method in inspect.getmembers(Archive, inspect.isfunction):
        if not name.startswith("_"):
            hints = {**typing.get_type_hints(method), "": typing.get_overloads(method)}
            assert "typing.Any]" not in str(hints).replace("Iterator[typing.Any]", ""), name


# The arguments


@pytest.mark.parametrize("wrap", [str, Path, lambda path: [path], lambda path: (str(path) for _ in "1")])
def test_a_source_is_a_string_or_a_path_alone_or_among_others(tmp_path, wrap):
    summary = Archive(str(tmp_path)).crawl(wrap(SAMPLE), imports=IMPORTS)
    assert (summary.captures, summary.new, summary.cards, summary.failed) == (8, 8, 43, 0)
    assert len(list(summary)) == len(summary.results) == 8


WRONG = {
    "no source": (lambda a: a.crawl_iter(""), ConfigError, "expected a URL or a path"),
    "an untyped source": (lambda a: a.crawl_iter([3]), TypeError, "PathLike"),
    "a source of bytes": (lambda a: a.crawl_iter([b"x"]), TypeError, "not bytes"),
    "no pages": (
        lambda a: a.crawl_iter("x", following=FollowPolicy(max_pages=0)),
        ConfigError,
        "max_pages 0",
    ),
    "a time without a zone": (
        lambda a: a.crawl_iter("x", imports=ImportOptions(captured_at=datetime(2026, 1, 1))),  # noqa: DTZ001
        ConfigError,
        "time zone",
    ),
    "a kind": (lambda a: a.rows("links"), ConfigError, "kind 'links': expected one of posts, cards"),
    "a kind to export": (lambda a: a.export_iter("links"), ConfigError, "kind 'links'"),
    "a format": (lambda a: a.export_iter("posts", "xml"), ConfigError, "format 'xml': expected one of json"),
    "a limit": (lambda a: a.search("bell", limit=0), ConfigError, "limit 0"),
    "a limit to review": (lambda a: a.review_queue(limit=-1), ConfigError, "limit -1"),
    "a threshold": (lambda a: a.dedupe(threshold=101), ConfigError, "threshold 101"),
    "no number": (lambda a: a.dedupe(threshold=float("nan")), ConfigError, "threshold nan"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_refused_by_the_call_itself(archive, what):
    call, error, message = WRONG[what]
    with pytest.raises(error, match=message):
        call(archive)


@pytest.mark.parametrize("name", ["rows", "export_iter", "verify_iter", "reparse_iter", "status", "dedupe"])
def test_where_no_archive_is_every_call_says_so(tmp_path, name):
    arguments = {"rows": ["posts"], "export_iter": ["posts"]}.get(name, [])
    with pytest.raises(ConfigError, match="no archive here") as refused:
        getattr(Archive(tmp_path / "none"), name)(*arguments)
    assert refused.value.remedy == "crawl"
    assert not (tmp_path / "none").exists()


def test_bad_rules_are_refused_when_a_crawl_is_called(tmp_path):
    (tmp_path / "archiver.toml").write_text("[[rules]\n")
    for call in (lambda: Archive(tmp_path).crawl_iter("x"), Archive(tmp_path).reparse_iter):
        with pytest.raises(ConfigError, match=r"archiver\.toml"):
            call()


# The work


def test_a_crawl_reports_each_result_and_counts_them(tmp_path):
    results: list[archiver.CrawlResult] = []
    archive = Archive(tmp_path / "archive")
    summary = archive.crawl([SAMPLE, tmp_path / "none.html"], imports=IMPORTS, on_result=results.append)
    assert results == list(summary.results)
    assert (summary.captures, summary.failed) == (8, 1)
    assert summary.bytes == sum(result.bytes for result in results) > 0
    assert archive.crawl(SAMPLE, imports=IMPORTS).new == 0


def test_a_lazy_crawl_begins_when_it_is_asked_for_its_first_result(tmp_path):
    archive = Archive(tmp_path / "archive")
    results = archive.crawl_iter(SAMPLE, imports=IMPORTS)
    assert not archive.folder.exists()
    assert next(results).cards > 0
    results.close()
    assert archive.status().captures >= 1


def test_an_error_in_a_callback_leaves_the_archive_closed(tmp_path):
    def fail(_: archiver.CrawlResult) -> None:
        raise ZeroDivisionError

    archive = Archive(tmp_path / "archive")
    with pytest.raises(ZeroDivisionError) as raised:
        archive.crawl(SAMPLE, imports=IMPORTS, on_result=fail)
    assert raised.traceback  # which holds the frames
    assert not (archive.folder / "archive.db-wal").exists()
    assert archive.crawl(SAMPLE, imports=IMPORTS).failed == 0


def test_an_export_goes_into_a_file_or_comes_piece_by_piece(archive, tmp_path):
    for form in archiver.FORMATS:
        path = archive.export("posts", str(tmp_path / f"posts.{form}"))
        assert path.read_bytes() == b"".join(archive.export_iter("posts", form))
    assert archive.export("cards", tmp_path / "cards.dat", "jsonl").read_bytes().count(b"\n") == 43


def test_a_reparse_counts_what_it_changes(archive):
    rule = '[[rules]]\nhost = "harbour.example"\ncards = "li"\n'
    (archive.folder / "archiver.toml").write_text(rule)
    results: list[archiver.Reread] = []
    summary = archive.reparse(on_result=results.append)
    assert list(summary) == results
    assert summary.differing == sum(result.differs for result in results)
    assert archive.reparse().results == ()
    assert archive.repair() == archive.verify() == []


# The values


def test_the_types_of_rows_are_those_of_the_exports(archive):
    types = {
        "posts": archiver.PostRow,
        "cards": archiver.CardRow,
        "captures": archiver.CaptureRow,
        "revisions": archiver.RevisionRow,
    }
    for kind in archiver.KINDS:
        assert set(types[kind].__annotations__) == set(COLUMNS[kind]) == set(next(archive.rows(kind)))
    assert tuple(CardCaptureRow.__annotations__) == NESTED["capture"]
    assert tuple(WarcPlaceRow.__annotations__) == NESTED["warc"]
    (revision, *_), *_ = (row["revisions"] for row in archive.rows("posts"))
    assert list(PostRevisionRow.__annotations__) == list(revision)


def test_values_are_what_the_command_line_prints(archive, run):
    def printed(*arguments):
        return json.loads(run("--archive", archive.folder, *arguments, "--json").out)

    post = archive.search("bell").posts[0]
    one, two = (row["card_id"] for row in list(archive.rows("cards"))[:2])
    assert archive.show(post.id).model_dump(mode="json") == printed("show", post.id)
    assert archive.explain(post.id).model_dump(mode="json") == printed("explain", post.id)
    assert archive.explain(one, two).model_dump(mode="json") == printed("explain", one, two)
    assert archive.status().model_dump(mode="json") == printed("status")
    row = next(row for row in archive.rows("posts") if row["id"] == post.id)
    assert post.model_dump(mode="json") == row
    details = archive.show(post.id[:6])
    assert list(details.model_dump())[: len(row)] == list(row)
    assert details.first_seen == details.timeline[0].captured_at
    assert {card.id for card in details.cards} == set(archive.explain(post.id).shown)


# An archive that stays open


def test_an_archive_stays_open_in_a_block_and_nowhere_else(archive, opened):
    for _ in range(3):
        archive.status()
    assert opened == ["read"] * 3
    with archive as same:
        assert same is archive
        for _ in range(3):
            archive.status()
        assert opened == ["read"] * 4
        archive.dedupe()
        list(archive.rows("posts"))
        archive.crawl(SAMPLE, imports=IMPORTS)
        archive.verify()
        assert opened == ["read"] * 4 + ["write"]
    assert [path.name for path in archive.folder.iterdir() if path.is_file()] == ["archive.db"]
    archive.status()
    assert opened[-1] == "read"


def test_no_lock_is_held_between_calls(archive):
    with archive:
        archive.dedupe(from_scratch=True)
        with sqlite3.connect(archive.folder / "archive.db", timeout=0) as other:
            other.execute("BEGIN IMMEDIATE")
            other.rollback()
        other.close()
        assert Archive(archive.folder).dedupe(threshold=95).posts == archive.status().posts
        assert archive.threshold() == 95


def test_a_generator_that_is_left_half_way_keeps_its_rows(archive):
    with archive:
        archive.dedupe()  # a store that writes is open now: readers are in no writer's way
        before = list(archive.rows("cards"))
        rows = archive.rows("cards")
        assert next(rows) == before[0]
        archive.crawl(SAMPLE / "20251216080000", imports=ImportOptions(base_url="https://other.example/"))
        assert archive.status().captures > 8
    assert list(rows) == before[1:]
    assert archive.verify() == []


def test_a_rebuild_in_a_block_is_seen_by_the_next_call(archive):
    with archive, Archive(archive.folder) as other:
        before = list(archive.rows("posts"))
        assert list(other.rows("posts")) == before
        archive.dedupe()
        other.dedupe()
        archive.rebuild()
        assert list(archive.rows("posts")) == list(other.rows("posts")) == before
        assert other.verify() == []


def test_an_error_in_a_block_does_not_end_it(archive):
    with archive:
        with pytest.raises(ConfigError):
            archive.show("ffffffffffff0000")
        assert archive.status().posts == 14


def test_a_second_writer_is_told_to_wait(archive, monkeypatch):
    monkeypatch.setattr("archiver.store.db.database.LOCK_TIMEOUT_S", 0)
    other = sqlite3.connect(archive.folder / "archive.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process is writing"):
        archive.dedupe()
    other.close()


# Where it runs


def fetched(folder, site):
    options = archiver.FetchOptions(delay_s=0)
    return Archive(folder).crawl([site.url + "/", site.url + "/none"], fetching=options)


def test_an_archive_is_crawled_inside_of_a_running_event_loop(site, tmp_path):
    async def cell():
        page = Archive(tmp_path).inspect(site.url + "/")
        return fetched(tmp_path, site), page

    threads = threading.enumerate()
    summary, page = asyncio.run(cell())
    assert (summary.captures, summary.cards, summary.failed) == (2, 5, 1)
    assert len(page.cards) == 5
    assert [t for t in threading.enumerate() if t not in threads and "process_request" not in t.name] == []


def test_a_lazy_crawl_is_left_inside_of_a_running_event_loop(site, tmp_path):
    async def cell():
        results = Archive(tmp_path).crawl_iter([site.url + "/", site.url + "/none"])
        next(results)
        results.close()

    asyncio.run(cell())
    assert Archive(tmp_path).status().captures >= 1


def test_a_lazy_crawl_that_nobody_closes_lets_the_program_end(site, tmp_path):
    script = (
        "import asyncio\n"
        "from archiver import Archive, FetchOptions\n"
        "async def main():\n"
        "    global results\n"
        f"    results = Archive({str(tmp_path)!r}).crawl_iter({site.url + '/'!r})\n"
        "    print(next(results).cards)\n"
        "asyncio.run(main())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout == "5\n"
    assert Archive(tmp_path).status().captures == 1


def test_an_archive_is_crawled_in_a_thread(site, tmp_path):
    summaries = []
    thread = threading.Thread(target=lambda: summaries.append(fetched(tmp_path, site)))
    thread.start()
    thread.join()
    assert summaries[0].cards == 5


def test_threads_share_an_open_archive(archive):
    with archive:
        counts = []
        threads = [
            threading.Thread(target=lambda: counts.append(len(list(archive.rows("cards"))))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counts == [43] * 8


# The messages


def test_no_message_of_the_library_names_the_command_line():
    command = re.compile(r"(?<![\w-])--[a-z]|`archiver ")
    found = []
    for path in PACKAGE.rglob("*.py"):
        if "cli" in path.relative_to(PACKAGE).parts or path.name == "repository.py":  # options of git
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [
            f"{path.relative_to(PACKAGE)}:{node.lineno}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if id(node) not in documentation and command.search(node.value)
        ]
    assert found == []


def test_the_command_line_names_the_command_that_helps(run, tmp_path):
    told = run("--archive", tmp_path, "status").err
    assert told.endswith("no archive here; crawl a source (`archiver crawl`)\n")
