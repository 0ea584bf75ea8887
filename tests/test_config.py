"""`archiver.toml`: what is wrong with it is told in one line, and its rules win wherever pages are read."""

import json
import os

import pytest

PAGE = """<html><body><main>{rows}</main></body></html>"""
ROW = '<div class="row"><b>Tide {n}</b><p>The water comes back. {n}</p><a href="/r/{n}">open</a></div>'
RULE = '[[rules]]\nhost = "odd.example"\npath = "/list*"\ncards = ".row"\ntitle = "b"\n'


@pytest.fixture
def on(run, tmp_path):
    (tmp_path / "archive").mkdir()
    return lambda *arguments: run("--archive", tmp_path / "archive", *arguments)


@pytest.fixture
def write(tmp_path):
    return lambda text: (tmp_path / "archive" / "archiver.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def saved(tmp_path):
    for day, name in (("20240601000000", "list.html"), ("20240602000000", "other.html")):
        folder = tmp_path / "saved" / day
        folder.mkdir(parents=True)
        rows = "".join(ROW.format(n=n) for n in range(8))
        (folder / name).write_text(PAGE.format(rows=rows), encoding="utf-8")
    return tmp_path / "saved"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[rules]\n", "invalid TOML: "),
        ("[[rules]]\ncards = '.x'\n", "rules 1, host: is missing"),
        (
            "[[rules]]\nhost = 'a'\ncards = '.x['\n",
            "rules 1, cards: '.x[' is no CSS selector that can be parsed",
        ),
        (
            "[[rules]]\nhost = 'a'\ncards = '.x'\n[[rules]]\nhost = 'b'\n",
            "rules 2: has no selector; name one of ",
        ),
        ("[[rules]]\nhost = 'a'\ncard = '.x'\n", "rules 1, card: unknown key; the documentation has"),
        ("delay = 3\n", "delay: unknown key"),
        ("[rules]\nhost = 'a'\n", "rules: expected a list of tables, each below [[rules]]"),
        (
            "[[rules]]\nhost = 'https://a.example/'\ncards = 'p'\n",
            "rules 1, host: 'https://a.example/' matches no host",
        ),
        ("[[rules]]\nhost = 'a.example:80'\ncards = 'p'\n", "rules 1, host: 'a.example:80' matches no host"),
        (
            "[[rules]]\nhost = 'a'\npath = ''\ncards = 'p'\n",
            "rules 1, path: '' matches no path; begin it with /",
        ),
        ("[[rules]]\nhost = 'a'\npath = 'news/*'\ncards = 'p'\n", "rules 1, path: 'news/*' matches no path"),
        (
            "[[rules]]\nhost = 'a'\npath = '/?page=*'\ncards = 'p'\n",
            "rules 1, path: '/?page=*' matches no path; leave",
        ),
        (
            "[[rules]]\nhost = 'a'\npath = '/[a*'\ncards = 'p'\n",
            "rules 1, path: '/[a*' has a [ without its ]",
        ),
        ("[[rules]]\nhost = 3\ncards = '.x'\n", "rules 1, host: "),
        ("rules = " + "[" * 5000, "invalid TOML: nested too deeply"),
        ("rules = " + "{a = " * 5000, "invalid TOML: nested too deeply"),
        ("rules = " + "9" * 5000, "invalid TOML: Exceeds the limit"),
    ],
)
def test_a_fault_of_the_file_is_one_line_and_wrong_usage(on, write, saved, text, told):
    write(text)
    for command in (("crawl", saved), ("inspect", saved / "20240601000000" / "list.html")):
        done = on(*command)
        assert done.code == 2
        assert told in done.err
        assert "archiver.toml: " in done.err
        assert done.err.count("\n") == 1


def test_a_pipe_in_its_place_is_not_waited_for(on, tmp_path, saved):
    os.mkfifo(tmp_path / "archive" / "archiver.toml")
    done = on("crawl", saved)
    assert done.code == 2
    assert done.err.endswith("archiver.toml: not a regular file\n")


def test_a_rule_wins_when_pages_are_crawled_rebuilt_and_inspected(on, write, saved):
    write(RULE)
    assert on("crawl", saved, "--base-url", "https://odd.example/").code == 0
    on("dedupe")
    rows = on("export", "cards", "--format", "jsonl").rows()
    listed = [row for row in rows if row["capture"]["url"].endswith("/list.html")]
    assert [row["title"] for row in listed] == [f"Tide {n}" for n in range(8)]
    assert on("rebuild").code == 0
    assert on("export", "cards", "--format", "jsonl").rows() == rows
    page = json.loads(
        on(
            "inspect", saved / "20240601000000" / "list.html", "--base-url", "https://odd.example/", "--json"
        ).out
    )
    assert page["cards"][0]["title"] == "Tide 0"
    assert page["why"].startswith("by the rule for odd.example /list*: 8 <.row>")


def test_reparse_reads_again_what_a_changed_rule_concerns_and_nothing_else(on, write, saved):
    on("crawl", saved, "--base-url", "https://odd.example/")
    before = on("export", "cards", "--format", "jsonl").rows()
    write(RULE)
    told = on("--verbose", "reparse").err
    assert "archiver: 1 pages read again, 1 show something else" in told
    changed = on("export", "cards", "--format", "jsonl").rows()
    assert [row for row in changed if "/other" in row["capture"]["url"]] == [
        row for row in before if "/other" in row["capture"]["url"]
    ]
    assert [row["title"] for row in changed if "/list" in row["capture"]["url"]] == [
        f"Tide {n}" for n in range(8)
    ]
    assert "all pages are up to date with this parser" in on("reparse").err
    write("")
    assert "archiver: 1 pages read again, 1 show something else" in on("reparse").err
    assert on("export", "cards", "--format", "jsonl").rows() == before


def test_a_rule_that_finds_nothing_is_a_failure_that_is_told(on, write, saved):
    write(RULE.replace(".row", ".gone"))
    done = on("crawl", saved, "--base-url", "https://odd.example/")
    assert done.code == 1
    assert "the rule for odd.example /list* finds no card on this page (cards = '.gone')" in done.err
