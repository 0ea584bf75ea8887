"""The history of pages in git: real repositories, made and read by the program git."""

import os
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import SourceError
from archiver.sources import ImportOptions, is_shallow, read_repository
from tests.servers import LISTING

HTML = b"<!DOCTYPE html><title>Notes</title>"
BASE = "https://harbour.example/"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@harbour.example",
    "GIT_COMMITTER_NAME": "c",
    "GIT_COMMITTER_EMAIL": "c@harbour.example",
    "GIT_COMMITTER_DATE": "2025-05-05T05:05:05+0000",
}


class Repository:
    """A repository in a folder; its commits are an hour apart from 7 March 2023, 00:00 UTC+8."""

    def __init__(self, folder):
        self.folder = folder
        self.commits = 0
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, **environment):
        command = ["git", "-C", str(self.folder), *map(str, arguments)]
        ran = subprocess.run(command, env=ENVIRONMENT | environment, capture_output=True, check=True)
        return ran.stdout.decode().strip()

    def commit(self, **files):
        for name, payload in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(payload)
        self.git("add", "-A")
        self.git("commit", "-qm", "x", GIT_AUTHOR_DATE=f"2023-03-07T{self.commits:02}:00:00+0800")
        self.commits += 1
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "history")


@pytest.fixture
def read(repository):
    def found(glob="", **options):
        passed: Counter[str] = Counter()
        source = f"git:{repository.folder}{glob}"
        captures = list(read_repository(source, ImportOptions(**options), passed))
        return captures, passed

    return found


def seen(found):
    return [(one.capture.url, one.capture.payload.rpartition(b">")[2].decode()) for one in found]


def test_each_commit_that_changed_a_page_is_a_capture_of_it(repository, read):
    first = repository.commit(
        **{"page/index.html": HTML + b"1", "about": HTML, "a.png": b"\x89PNG", "b.md": b"#"}
    )
    repository.commit(**{"a.png": b"\x89PNG2"})
    repository.commit(**{"page/index.html": HTML + b"2"})
    repository.git("mv", "page/index.html", "page/häfen.html")
    repository.commit()
    repository.commit(**{"page/index.html": HTML + b"1"})
    found, passed = read(base_url=BASE)
    assert seen(found) == [
        (f"{BASE}about", ""),
        (f"{BASE}page/index.html", "1"),
        (f"{BASE}page/index.html", "2"),
        (f"{BASE}page/h%C3%A4fen.html", "2"),
        (f"{BASE}page/index.html", "1"),
    ]
    assert passed == {"files that are no pages": 3, "deleted files": 1}
    capture = found[1].capture
    assert (capture.captured_at, capture.time_basis) == (datetime(2023, 3, 6, 16, tzinfo=UTC), "commit")
    assert (capture.url_basis, capture.path) == ("base_url", f"history@{first[:12]}:page/index.html")
    assert found[1].where == f"git:{repository.folder} {first[:12]}:page/index.html"


def test_a_pattern_names_the_files(repository, read):
    repository.commit(**dict.fromkeys(("a.html", "blog/b.html", "blog/old/c.html", "blog/d+e.html"), HTML))
    assert [one.capture.url for one in read(":blog/*.html", base_url=BASE)[0]] == [
        f"{BASE}blog/b.html",
        f"{BASE}blog/d%2Be.html",
    ]
    assert len(read(":**/*.html")[0]) == 4


def test_both_sides_of_a_merge_are_captured_and_what_it_made_itself(repository, read):
    repository.commit(**{"a.html": HTML + b"1", "b.html": HTML + b"1"})
    repository.git("checkout", "-qb", "side")
    repository.commit(**{"a.html": HTML + b"side", "b.html": HTML + b"side"})
    repository.git("checkout", "-q", "main")
    repository.commit(**{"a.html": HTML + b"main"})
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "side")
    repository.commit(**{"a.html": HTML + b"merged"})
    found, _ = read(base_url=BASE)
    assert sorted(seen(found)) == [
        *((f"{BASE}a.html", text) for text in ("1", "main", "merged", "side")),
        *((f"{BASE}b.html", text) for text in ("1", "side")),
    ]


def test_without_a_url_the_page_or_the_remote_gives_it(repository, read):
    repository.commit(
        **{"a b.html": HTML, "c.html": HTML + b"<link rel=canonical href=https://harbour.example/c>"}
    )
    assert read()[0][0].capture.url.startswith("file:///folder-")
    for remote in ("git@code.example:me/h.git", "https://me:secret@code.example/me/h.git/"):
        repository.git("config", "remote.origin.url", remote)
        found, _ = read()
        assert [(one.capture.url, one.capture.url_basis) for one in found] == [
            ("https://code.example/me/h/a%20b.html", "remote"),
            ("https://harbour.example/c", "page"),
        ]


def test_a_timestamp_in_a_path_is_the_time(repository, read):
    repository.commit(**{"20230306163859/page/2/index.html": HTML})
    ((_, capture, *_),), _ = read(base_url=BASE)
    assert (capture.time_basis, capture.url) == ("path", f"{BASE}page/2/index.html")


def test_what_is_no_file_is_counted(repository, read):
    (repository.folder / "link.html").symlink_to("/etc/passwd")
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"
    inner = Repository(repository.folder / "inner")
    inner.commit(**{"x.html": HTML})
    repository.commit(**{"big.html": pointer, "a.html": HTML, "z.html.gz": b"\x1f\x8b"})
    found, passed = read()
    assert [one.capture.path.rpartition(":")[2] for one in found] == ["a.html"]
    assert passed == {
        "symbolic links": 1,
        "submodules": 1,
        "pointers of Git LFS": 1,
        "files that are no pages": 1,
    }


def test_a_file_that_a_clone_lacks_is_one_line(repository, read):
    repository.commit(**{"a.html": HTML + b"1", "b.html": HTML + b"2"})
    blob = repository.git("rev-parse", "HEAD:a.html")
    (repository.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found, _ = read(base_url=BASE)
    assert found[0].error.endswith(":a.html: the repository lacks this file")
    assert seen(found[1:]) == [(f"{BASE}b.html", "2")]


def test_nothing_that_a_repository_names_is_run(repository, read, tmp_path):
    repository.commit(**{"a.html": HTML + b"1", ".gitattributes": b"*.html filter=x diff=x\n"})
    repository.commit(**{"a.html": HTML + b"2"})
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    blob = repository.git("rev-parse", "HEAD:a.html")
    (repository.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for name in (
        *("core.fsmonitor", "core.pager", "pager.log", "core.editor", "core.sshCommand", "core.gitProxy"),
        *(
            "core.alternateRefsCommand",
            "diff.external",
            "diff.x.textconv",
            "diff.x.command",
            "filter.x.smudge",
        ),
        *("filter.x.process", "gpg.program", "credential.helper", "alias.log", "remote.origin.uploadpack"),
    ):
        repository.git("config", name, f"!{trap}" if name in ("alias.log", "credential.helper") else trap)
    for name, value in (
        ("log.showSignature", "true"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ext::{trap}"),
        ("protocol.ext.allow", "always"),
        ("protocol.allow", "always"),
        ("core.hooksPath", tmp_path),
        ("color.ui", "always"),
        ("diff.renames", "copies"),
        ("log.mailmap", "true"),
        ("diff.noprefix", "true"),
    ):
        repository.git("config", name, value)
    for hook in ("post-checkout", "pre-auto-gc", "fsmonitor-watchman"):
        (tmp_path / hook).symlink_to(trap)
    found, _ = read(base_url=BASE)
    assert [one.error is None for one in found] == [True, False]
    assert not (tmp_path / "sprung").exists()


def test_the_environment_does_not_lead_to_another_repository(repository, read, monkeypatch, tmp_path):
    repository.commit(**{"a.html": HTML})
    other = Repository(tmp_path / "other")
    other.commit(**{"b.html": HTML})
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    assert [one.capture.url for one in read(base_url=BASE)[0]] == [f"{BASE}a.html"]


def test_what_is_no_repository_is_refused_in_one_line(repository, tmp_path):
    (repository.folder / "inside").mkdir()
    for path, said in (
        (tmp_path / "none", "No such file"),
        (repository.folder, "HEAD"),
        (repository.folder / "inside", "not a git repository"),
    ):
        with pytest.raises(SourceError, match=f"git:.*{said}") as caught:
            list(read_repository(f"git:{path}", ImportOptions(), Counter()))
        assert "\n" not in str(caught.value)


def test_without_git_one_line_says_so(read, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SourceError, match="the program git is not installed"):
        read()


def test_no_process_is_left_where_a_reader_stops_early(repository):
    for text in (b"1", b"2", b"3"):
        repository.commit(**{"a.html": HTML + text})
    versions = read_repository(f"git:{repository.folder}", ImportOptions(), Counter())
    assert next(versions).capture
    versions.close()
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    assert not children.exists() or "git" not in [
        Path(f"/proc/{child}/comm").read_text().strip() for child in children.read_text().split()
    ]


def test_a_history_is_crawled_and_the_archive_is_whole(run, repository, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    repository.commit(**{"index.html": LISTING})
    repository.commit(**{"index.html": LISTING + b"<!-- later -->", "a.png": b"\x89PNG"})
    ran = run("crawl", "git:history", "--base-url", BASE)
    assert ran.err.splitlines()[1:] == [
        "archiver: git:history: passed over: files that are no pages: 1",
        "archiver: 2 captures (2 new), 10 cards, 0 failed",
    ]
    before = run("export", "captures", "--format", "jsonl").out
    assert run("verify").code == run("rebuild").code == 0
    assert run("export", "captures", "--format", "jsonl").out == before
    assert run("crawl", "git:history", "--base-url", BASE).err.endswith(
        "2 captures (0 new), 10 cards, 0 failed\n"
    )
    assert run("crawl", "git:none").code == 1
    assert run("inspect", "git:history").code == 2


def test_a_shallow_clone_is_said(run, repository, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    repository.commit(**{"index.html": LISTING})
    repository.commit(**{"index.html": LISTING + b"<!-- later -->"})
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", tmp_path / "clone")
    assert is_shallow("git:clone")
    assert not is_shallow("git:history")
    ran = run("crawl", "git:clone")
    assert "git:clone: this clone lacks its older commits" in ran.err
    assert "1 captures (1 new)" in ran.err
