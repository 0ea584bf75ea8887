"""Arguments as people type them."""

import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.cli.arguments import _in_order
from tests.paths import SAMPLE


@pytest.mark.parametrize(
    "arguments",
    [
        "--archive {a} export cards --format csv",
        "export --format csv cards --archive {a}",
        "--format csv export cards --archive={a}",
        "export --archive {a} --format=csv -v cards",
    ],
)
def test_options_stand_on_either_side_of_the_command(run, tmp_path, arguments):
    run("crawl", SAMPLE, "--archive", tmp_path / "a")
    ran = run(*arguments.format(a=tmp_path / "a").split())
    assert ran.code == 0
    assert ran.out.startswith(b"capture.id,")
    assert ran.out.count(b"\r\n") == 44


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bogus", "posts"], "No such option: --bogus"),
        (["posts", "--bogus"], "No such option: --bogus"),
        (["posts", "--archive"], "requires an argument"),
        (["--json"], "No such option: --json"),
        (["search", "--", "--archive"], "no archive here"),
    ],
)
def test_what_is_no_option_is_told(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, b"")
    assert said in ran.err


@given(st.lists(st.sampled_from(["-o", "-f", "-c", "-x", "--", "a", "b", "-o=1"])))
def test_no_argument_is_lost_and_twice_is_once(args):
    own, of_commands = {"-o": True}, {"-f": False, "-c": True}
    if args and args[-1] == "-o":
        args.append("a")
    ordered = _in_order(args, own, of_commands)
    assert sorted(ordered) == sorted(args)
    assert _in_order(ordered, own, of_commands) == ordered
    if "--" in args and "-o" not in args and "-c" not in args:
        assert ordered[ordered.index("--") :] == args[args.index("--") :]


def test_a_list_of_sources_may_have_comments(run, tmp_path, monkeypatch):
    (tmp_path / "list").write_text(f"# the harbour\n\n  {SAMPLE}\n  # {tmp_path}/no-such-file\n")
    with (tmp_path / "list").open() as sources:
        monkeypatch.setattr("sys.stdin", sources)
        ran = run("--archive", tmp_path / "a", "crawl", "-", "--base-url", "https://harbour.example/")
    assert ran.code == 0, ran.err
    assert ran.err.endswith("archiver: 8 captures (8 new), 43 cards, 0 failed\n")


@pytest.mark.parametrize("command", ["crawl", "inspect"])
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("blog.example.com", "; for a URL write https://blog.example.com\n"),
        ("blog.example.com/page/2", "; for a URL write https://blog.example.com/page/2\n"),
        ("localhost:8000", "; for a URL write https://localhost:8000\n"),
        ("page.html", "page.html: No such file or directory\n"),
        ("a.b/page.html", "a.b/page.html: No such file or directory\n"),
        ("ftp://blog.example/", "ftp://blog.example/: only http and https URLs are fetched, not ftp\n"),
    ],
)
def test_what_may_be_meant_as_a_url_is_told(run, tmp_path, command, source, said):
    ran = run("--archive", tmp_path, command, source)
    assert ran.code == 1
    assert said in ran.err


def test_a_list_of_sources_need_not_be_utf8(tmp_path):
    """In a process of its own: pytest's log of such a name cannot be sent from worker to worker."""
    page = tmp_path / os.fsdecode(b"caf\xe9.html")
    shutil.copy(SAMPLE / "20260217080000" / "index.html", page)
    command = [sys.executable, "-m", "archiver", "--archive", tmp_path / "a", "crawl", "-"]
    listed = os.fsencode(page) + b"\n\xff\xfe\n"
    ran = subprocess.run(
        [*command, "--base-url", "https://harbour.example/"], input=listed, capture_output=True, check=False
    )
    assert ran.returncode == 1
    assert b"No such file or directory\n" in ran.stderr
    assert b"1 captures (1 new)" in ran.stderr


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--delay", "inf", "invalid --delay inf: expected a finite number\n"),
        ("--timeout", "1e999", "invalid --timeout inf: expected a finite number\n"),
        ("--contact", "é", "invalid --contact 'é': expected an e-mail or URL in ASCII\n"),
    ],
)
def test_the_option_that_does_not_fit_is_told(run, tmp_path, option, value, said):
    ran = run("--archive", tmp_path, "crawl", option, value, SAMPLE)
    assert (ran.code, ran.err) == (2, f"archiver: {said}")


def test_a_folder_is_no_page_to_inspect(run, tmp_path):
    assert run("inspect", tmp_path).err == f"archiver: {tmp_path}: is a folder; name one of its pages\n"
