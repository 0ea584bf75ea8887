"""The docs show only what runs and name only what exists."""

import re
import runpy
import subprocess
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest

from archiver import Archive, ImportOptions
from archiver.cli.app import app
from tests.archives import Held, faulty_archive
from tests.paths import ROOT
from tests.servers import LISTING, site_server
from tests.sessions import WRITES, Session
from tests.test_layers import FLOORS, PACKAGE
from tests.warcs import http, members, record

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
FOR_DEVELOPERS = {"architecture", "benchmarks", "glossary", "platforms", "quality", "security"}
"""Pages whose commands need what is not part of the project, or take long."""
PAGES = [ROOT / "README.md", *DOCS.glob("*.md"), *DOCS.glob("reference/*.md")]
REFERENCE = runpy.run_path(str(DOCS / "make_reference.py"))["PAGES"]


@contextmanager
def sample():
    """An archive of the sample captures, in the default folder."""
    yield {}


@contextmanager
def archived():
    """A web archive with three captures of a blog, one of them with another post."""
    with faulty_archive() as archive:
        listing = LISTING.replace(b"2026-02", b"2019-02")
        edited = listing.replace(b"Notes of day 3", b"Notes of day 3, corrected")
        bodies = {"20190305120000": listing, "20190415080910": listing, "20190801000000": edited}
        for timestamp, body in bodies.items():
            archive.held[timestamp, "https://blog.example/"] = Held(body)
        yield {
            "crawl wayback:": f"crawl --cdx {archive.cdx} --delay 0 wayback:",
            "crawl timemap:": "crawl --delay 0 timemap:",
            "https://archive.example/all/cdx": archive.cdx,
            "https://archive.example/timemap/link/": f"{archive.url}/timemap/1/",
        }


@contextmanager
def served():
    """A site with a listing."""
    with site_server({"/": LISTING}) as site:
        yield {
            " crawl https://blog.example": f" crawl --delay 0 {site.url}",
            "https://blog.example": site.url,
        }


@contextmanager
def watched():
    """A site with news."""
    with site_server({"/news/": LISTING}) as site:
        yield {"https://harbour.example": site.url}


@contextmanager
def from_a_crawler():
    """WARC files: three pages."""
    Path("captures").mkdir()
    pages = [record(url=f"https://harbour.example/{n}", block=http(LISTING + b"%d" % n)) for n in range(3)]
    Path("crawl.warc.gz").write_bytes(members(*pages))
    Path("captures", "more.warc").write_bytes(pages[2])
    yield {}


@contextmanager
def saved():
    """A folder of saved pages, and one with a history."""
    for folder in ("saved", "history/blog"):
        Path(folder).mkdir(parents=True)
        Path(folder, "page.html").write_bytes(LISTING)
    author = ("-c", "user.name=a", "-c", "user.email=a@harbour.example")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-qm", "x")):
        subprocess.run(["git", "-C", "history", *command], check=True)
    yield {}


@contextmanager
def merged():
    """An archive of the sample captures whose posts are made."""
    archive = Archive("data")
    archive.crawl("data/sample", imports=ImportOptions(base_url="https://harbour.example/"))
    archive.dedupe()
    yield {}


@contextmanager
def with_pandas():
    """No archive, and pandas, which the project's own environment has."""
    pytest.importorskip("pandas")
    yield {}


SCENES = {
    "watch-sites": watched,
    "warc": from_a_crawler,
    "web-archives": archived,
    "saved-pages": saved,
    "replay": merged,
    "exports": merged,
    "schema": merged,
    "history-table": archived,
    "crawl-sites": served,
    "pandas": with_pandas,
}
"""What a page finds before its first block, besides the sample captures."""


@pytest.fixture
def _in_a_copy(tmp_path, monkeypatch):
    """A folder that has the sample captures and nothing else."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_in_a_copy")
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.stem not in FOR_DEVELOPERS], ids=lambda page: page.stem
)
def test_what_a_page_shows_runs_and_prints_that(page, run):
    text = page.read_text(encoding="utf-8")
    with SCENES.get(page.stem, sample)() as stands_for:
        came = Session(run, stands_for).play(text)
    if WRITES and came != text:
        page.write_text(came, encoding="utf-8")


@pytest.mark.usefixtures("_in_a_copy")
def test_the_page_of_exports_shows_what_the_files_hold(run):
    page = (DOCS / "exports.md").read_text(encoding="utf-8")
    with merged():
        Session(run, {}).play(page)
    written = "".join(path.read_text("utf-8", "replace") for path in Path().rglob("*.*") if path.is_file())
    outputs = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert [text for text in outputs if without_ids(text) not in without_ids(written)] == []


def without_ids(text):
    """An archive's own id is another one in each archive, and so are the ids of its feed."""
    return re.sub(r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:-", text)


@pytest.mark.parametrize("name", REFERENCE)
def test_the_reference_is_what_the_program_says(name):
    kept = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert REFERENCE[name]() == kept, "run `make reference`"


@pytest.mark.usefixtures("_in_a_copy")
def test_the_picture_shows_what_the_program_prints(run):
    drawn = (DOCS / "picture.svg").read_text(encoding="utf-8")
    text = "".join(re.findall(r"<text [^>]*>([^<]*)</text>", drawn))
    command = "archiver show 672c0dc6"
    with merged():
        printed = run(*command.split()[1:]).out.decode()
    assert "".join(unescape(text).split()) == "".join(f"$ {command} {printed}".split()), (
        "run `make reference`"
    )
    assert "url(http" not in drawn


def test_the_commands_for_developers_name_what_exists():
    for page in (ROOT / "CONTRIBUTING.md", *(DOCS / f"{name}.md" for name in FOR_DEVELOPERS)):
        for script in re.findall(r"\b((?:benchmarks|tests)/[\w/]+\.py)\b", page.read_text(encoding="utf-8")):
            assert (ROOT / script).exists(), f"{page.name}: {script}"


def test_the_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)) <= targets
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_links_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists() or target.startswith("http"), f"{page.name}: {target}"


@pytest.mark.parametrize("name", ["architecture.md", "glossary.md"])
def test_the_modules_and_folders_that_are_named_exist(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    named = re.findall(r"`([\w-]+(?:/[\w-]+)*(?:\.py|/)|[\w-]+(?:/[\w.-]+)+)`", page)
    assert len(named) > 40
    assert [path for path in named if not ((PACKAGE / path).exists() or (ROOT / path).exists())] == []


def test_the_rooms_that_are_named_are_those_of_the_floors():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:\(top\)|`([\w/]+)/`) \| ([^|]+) \|", page, re.MULTILINE)
    named = {folder: re.findall(r"`([^`]+)`", rooms) for folder, rooms in rows}
    assert named == {folder: re.split(r"[\s|]+", rooms.strip()) for folder, rooms in FLOORS.items()}


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "adr"
    titles = {
        page.name: page.read_text(encoding="utf-8").splitlines()[0] for page in folder.glob("[0-9]*.md")
    }
    lines = re.findall(
        r"\[(\d{4})\]\((\S+)\) \| (.+?) \|", (folder / "README.md").read_text(encoding="utf-8")
    )
    assert {name: f"# {number}. {title}" for number, name, title in lines} == titles


def test_each_command_is_summed_up_in_a_line(run):
    """A summary that is too long for 80 columns is cut off with dots."""
    listed = run("--help").out.decode().partition("\nCollect:\n")[2].splitlines()
    assert [line for line in listed if line.endswith("...") or len(line) > 80] == []
    assert sum(line.startswith("  ") for line in listed) == len(app.registered_commands)


def test_every_command_and_option_has_help(run):
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__
        shown = run(name, "--help").out.decode()
        options = re.findall(r"^  (?:-\w, )?(--[a-z-]+)(.*(?:\n {10,}.*)*)", shown, re.MULTILINE)
        assert options
        for option, rest in options:
            assert re.search(r"[A-Za-z]{3,} [A-Za-z]+", rest), f"{name} {option} has no help"


@pytest.mark.parametrize("page", ["serve.md"])
def test_the_options_that_a_how_to_names_exist(run, page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for command, options in re.findall(r"^archiver (\w+)(.*)$", text, re.MULTILINE):
        shown = run(command, "--help").out.decode()
        assert [option for option in options.split() if option not in shown] == []
