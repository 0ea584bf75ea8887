"""Any interleaving of crawl, dedupe, merge, split, reparse and new thresholds comes to what one run comes to.

Through `Archive` alone, on saved pages, with rules for the site that come and go.
"""

import json
import os
import random
import re
import shutil

import pytest

from archiver import Archive, ImportOptions
from archiver.errors import ConfigError
from tests.dumps import dump
from tests.sites import words

HISTORIES = int(os.environ.get("ARCHIVER_HISTORIES", "10"))
KINDS = ("posts", "cards", "captures", "revisions")
IMPORTS = ImportOptions(base_url="https://harbour.example/")
RULE = '[[rules]]\nhost = "harbour.example"\ncards = "{}"\ntitle = "h2 a"\nexcerpt = "{}"\n'
SETTINGS = ("", RULE.format("article", "time"), RULE.format("article", "p"), RULE.format("article.odd", "p"))
"""The reader's own choice, other cards for all, for some, and half of the cards."""


class History:
    """Saved pages of a site, and an archive that lives."""

    def __init__(self, seed, folder):
        self.r = random.Random(seed)
        self.archive, self.files = Archive(folder / "archive"), self.saved(folder / "saved")
        self.taken, self.given_out, self.words = [], {}, 0

    def saved(self, folder):
        """Pages of a window of posts that moves on, cut at several lengths, a few of them edited."""
        shown, files = [], []
        for n in range(24):
            url = f"/{n // 2 if n % 5 == 0 else n}/"  # some addresses are used twice
            shown.append((url, f"Note {n}: {words(n, 2)}", f"2026-01-{n + 1:02}", words(100 + n, 30)))
        for day in range(1, self.r.choice([8, 16])):
            top, cut = self.r.randrange(len(shown) - 4), self.r.choice([60, 120, 400])
            cards = []
            for k, (url, title, date, text) in enumerate(shown[top : top + self.r.randint(3, 6)]):
                said = text.replace(" ", " (updated) ", 1) if self.r.random() < 0.1 else text
                cards.append(
                    f'<article class={"odd" if k % 2 else "even"}><h2><a href="{url}">{title}</a></h2>'
                    f"<time>{date}</time><p>{said[:cut]}</p></article>"
                )
            path = folder / f"202602{day:02}120000" / "index.html"
            path.parent.mkdir(parents=True)
            path.write_text(f"<!DOCTYPE html><html lang=en><main>{''.join(cards)}</main></html>")
            files.append(path)
        self.r.shuffle(files)
        return files

    def crawl(self):
        for _ in range(min(self.r.randint(1, 5), len(self.files))):
            self.taken.append(self.files.pop())
            assert all(outcome.error is None for outcome in crawl(self.archive, self.taken[-1:]))

    def dedupe(self, **options):
        self.archive.dedupe(**options)
        for row in self.archive.rows("cards"):
            if row["card_id"] == row["post_id"]:
                self.given_out[row["post_id"]] = row["url"]

    def from_scratch(self):
        self.dedupe(from_scratch=True)

    def try_threshold(self):
        self.dedupe(threshold=self.r.choice([0, 30, 70, 80, 97, 100]))

    def tell(self):
        cards = sorted({row["card_id"] for row in self.archive.rows("cards")} | self.given_out.keys())
        same = self.r.random() < 0.5
        try:
            (self.archive.merge if same else self.archive.split)(*self.r.sample(cards, 2))
            self.words += 1
        except (
            ConfigError
        ) as error:  # two former ids of one card, or one whose page shows nothing like it now
            assert re.search("are one card|no page shows this card", str(error))  # noqa: PT017

    def read_by(self, settings):
        (self.archive.folder / "archiver.toml").write_text(settings)
        assert all(reread.error is None for reread in self.archive.reparse())

    def reparse(self):
        self.read_by(self.r.choice(SETTINGS))

    def rebuild(self):
        self.archive.rebuild()


def crawl(archive, files):
    return list(archive.crawl(map(str, files), imports=IMPORTS))


def exports(archive):
    """All exports, without where the records stand."""
    rows = {kind: json.loads(b"".join(archive.export_iter(kind, "json"))) for kind in KINDS}
    return rows | {"captures": [row | {"warc": None} for row in rows["captures"]]}


def other(history, name):
    """An archive with a copy of all files of this one."""
    return Archive(shutil.copytree(history.archive.folder, history.archive.folder.with_name(name)))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_any_interleaving_comes_to_what_one_run_comes_to(seed, tmp_path):
    history = History(seed, tmp_path)
    steps = [history.crawl] * 3 + [history.dedupe] * 2 + [history.reparse] * 2
    steps += [history.try_threshold, history.from_scratch, history.rebuild]
    steps += [history.tell] * 2 if seed % 2 else []
    history.crawl()
    history.dedupe()
    for _ in range(history.r.randint(4, 16)):
        history.r.choice(steps)()
    history.read_by(history.r.choice(SETTINGS[:3]))
    history.dedupe()
    found = exports(history.archive), dump(history.archive.folder)
    assert list(history.archive.verify()) == []
    for post, url in history.given_out.items():
        assert url in history.archive.show(post).urls

    scratch = other(history, "scratch")
    scratch.dedupe(from_scratch=True)
    assert (exports(scratch), dump(scratch.folder)) == found
    rebuilt = other(history, "rebuilt")
    (rebuilt.folder / "archive.db").unlink()
    rebuilt.rebuild()
    assert (exports(rebuilt), dump(rebuilt.folder)) == found
    for post, url in history.given_out.items():
        assert url in rebuilt.show(post).urls

    if not history.words:
        fresh = Archive(tmp_path / "fresh")
        fresh.folder.mkdir()
        shutil.copy(history.archive.folder / "archiver.toml", fresh.folder)
        crawl(fresh, sorted(history.taken))
        fresh.dedupe(threshold=history.archive.threshold())
        assert (exports(fresh), dump(fresh.folder)) == found
