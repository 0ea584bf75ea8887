"""The README shows only what runs; the docs name only what exists."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from archiver import Archive
from archiver.cli.app import app
from tests.paths import ROOT
from tests.servers import LISTING
from tests.test_layers import FLOORS, PACKAGE
from tests.wacz import wacz_faults
from tests.warcs import http, members, record

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE, BASE = "data/sample/20260317080000/index.html", "https://harbour.example/"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def _in_a_copy(tmp_path, monkeypatch):
    """A folder that has the sample captures and nothing else."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_in_a_copy")
def test_the_console_session_runs(run):
    sessions = [text for language, text in BLOCKS if language == "console"]
    assert len(sessions) == 3
    for line in "".join(sessions).splitlines():
        program, *arguments = shlex.split(line.removeprefix("$ "))
        assert program == "archiver"
        assert run(*arguments).code == 0, line
    assert Path("posts.json").stat().st_size > 1000
    assert Path("cards.csv").stat().st_size > 1000


def test_the_how_to_of_subscriptions_runs(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "watch-sites.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for line in "".join(block for language, block in blocks if language == "console").splitlines():
        assert run(*shlex.split(line.removeprefix("$ "))[1:]).code == 0, line
    (settings,) = (block for language, block in blocks if language == "toml")
    Path("watched/archiver.toml").write_text(settings, encoding="utf-8")
    assert len(run("--archive", "watched", "sources", "--json").rows()[0]) == 1


@pytest.mark.usefixtures("_in_a_copy")
def test_the_how_to_of_looking_runs_and_prints_what_it_shows(run):
    page = (ROOT / "docs" / "look.md").read_text(encoding="utf-8")
    printed: list[str] = []
    commands = 0
    for line in "".join(re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)).splitlines():
        if line.startswith("$ "):
            ran = run(*shlex.split(line.removeprefix("$ archiver ")))
            assert ran.code == 0, line
            printed = ran.out.decode().splitlines()
            commands += 1
        else:
            assert line in printed
    assert commands > 10


@pytest.mark.usefixtures("_in_a_copy")
def test_the_commands_for_replay_run(run):
    assert run("crawl", "data/sample", "--base-url", BASE).code == 0
    page = (ROOT / "docs" / "replay.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ archiver (.+)$", page, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        assert run(*shlex.split(line)).code == 0, line
    assert wacz_faults(Path("my.wacz")) == []
    assert Path("my.cdxj").read_text().startswith("example,harbour)/")


@pytest.mark.usefixtures("_in_a_copy")
def test_the_commands_for_a_site_run(run):
    page = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    (session,) = re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for line in session.splitlines():
        assert run(*shlex.split(line.removeprefix("$ archiver "))).code == 0, line
    assert "Archive of harbour.example" in Path("public/index.html").read_text(encoding="utf-8")
    assert wacz_faults(Path("public/archive.wacz")) == []


def test_the_session_of_saved_pages_runs(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("saved", "history/blog"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "page.html").write_bytes(LISTING)
    author = ("-c", "user.name=a", "-c", "user.email=a@harbour.example")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-qm", "x")):
        subprocess.run(["git", "-C", "history", *command], check=True)
    page = (ROOT / "docs" / "saved-pages.md").read_text(encoding="utf-8")
    (session,) = re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for line in session.splitlines():
        assert run(*shlex.split(line.removeprefix("$ archiver "))).code == 0, line


@pytest.mark.usefixtures("_in_a_copy")
def test_the_python_example_runs(capsys):
    (example,) = (text for language, text in BLOCKS if language == "python")
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own text
    assert "The storm of 2 February" in capsys.readouterr().out
    assert Archive("my-archive").status().posts == 14


@pytest.mark.usefixtures("_in_a_copy")
def test_the_import_of_warc_files_runs(run):
    Path("captures").mkdir()
    pages = [record(url=f"https://harbour.example/{n}", block=http(LISTING + b"%d" % n)) for n in range(3)]
    Path("crawl.warc.gz").write_bytes(members(*pages[:2]))
    Path("captures", "more.warc").write_bytes(pages[2])
    page = (ROOT / "docs" / "warc.md").read_text(encoding="utf-8")
    console, python = re.findall(r"^```\w+\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for line in console.splitlines():
        assert run(*shlex.split(line.removeprefix("$ archiver "))).code == 0, line
    assert Archive("data").status().captures == 3
    Path("crawl.warc.gz").write_bytes(members(*pages))
    exec(compile(python, "warc.md", "exec"), {})  # noqa: S102 - our own text
    assert [row["url"] for row in Archive("my-archive").rows("captures")] == ["https://harbour.example/2"]


def fenced(page):
    """The blocks of a page in which commands stand, and those of output (no language)."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("_in_a_copy")
def test_the_page_of_exports_runs_and_shows_real_output(run):
    assert run("crawl", "data/sample", "--base-url", BASE).code == 0
    assert run("dedupe").code == 0
    blocks = fenced("exports.md")
    for line in "".join(text for language, text in blocks if language == "console").splitlines():
        assert run(*shlex.split(line.removeprefix("$ archiver "))).code == 0, line
    written = "".join(path.read_text("utf-8", "replace") for path in Path().rglob("*.*") if path.is_file())
    outputs = [without_ids(text) for language, text in blocks if not language]
    assert [text for text in outputs if text not in without_ids(written)] == []


def without_ids(text):
    """An archive's own id is another one in each archive, and so are the ids of its feed."""
    return re.sub(r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:-", text)


@pytest.mark.usefixtures("_in_a_copy")
def test_the_rule_that_is_shown_reads_the_sample(run):
    def cards():
        return run("export", "cards", "--format", "jsonl").rows()

    run("crawl", "data/sample", "--base-url", BASE)
    before = cards()
    (rule,) = (text for language, text in BLOCKS if language == "toml")
    Path("data/archiver.toml").write_text(rule, encoding="utf-8")
    assert run("reparse").code == 0
    assert "by the rule for harbour.example" in run("inspect", PAGE, "--base-url", BASE).out.decode()
    kept = [row for row in cards() if row["capture"]["path"] == PAGE]
    assert kept == [row for row in before if row["capture"]["path"] == PAGE] != []


def test_the_make_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)) <= targets
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_links_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
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
