"""The same pages by several doors: the same posts with the same ids."""

import os
import shutil
import subprocess

from archiver.sources import parse_time
from tests.paths import SAMPLE

BASE = "https://harbour.example/"


def test_a_folder_a_mirror_and_a_history_of_the_same_pages_give_the_same_posts(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@harbour.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "init", "-q", "history"], check=True)
    for day in sorted(SAMPLE.iterdir()):
        shutil.copytree(day, tmp_path / "mirror" / day.name / "harbour.example")
        shutil.copytree(day, tmp_path / "history", dirs_exist_ok=True)
        time = parse_time(day.name).isoformat()
        subprocess.run(["git", "-C", "history", "add", "-A"], check=True)
        commit = [*git, "-C", "history", "commit", "-qm", "x"]
        subprocess.run(commit, env=os.environ | {"GIT_AUTHOR_DATE": time}, check=True)
    posts: list[bytes] = []
    for number, source in enumerate(
        ([str(SAMPLE), "--base-url", BASE], ["mirror"], ["git:history", "--base-url", BASE])
    ):
        archive = ("--archive", tmp_path / str(number))
        assert run(*archive, "crawl", *source).code == 0
        assert run(*archive, "dedupe").code == 0
        posts.append(run(*archive, "export", "posts").out)
    assert posts[0] == posts[1] == posts[2]
    # by another door into the same archive, nothing is new
    for source in (["mirror"], ["git:history", "--base-url", BASE]):
        assert " (0 new)" in run("--archive", tmp_path / "0", "crawl", *source).err
