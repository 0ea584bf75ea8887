"""Text captures of one site, which name no URL, given as one folder or folder by folder."""

import pytest

from archiver.archive import Archive
from tests.sites import words

LENGTHS = {"autumn": 260, "winter": 140}
SHOWN = {"autumn": (5, 9), "winter": (13, 17)}
"""The captures of each folder, by their latest note: two notes are on two captures that follow each other."""


def note(number, length):
    """A note as a text capture shows it, cut at a length."""
    text = f"{words(number, 60)[:length]}…"
    return f"{words(number + 100, 4).title()}\n\nMarch {number + 1}, 2026\n\n{text}\n"


@pytest.fixture
def saved(tmp_path):
    """Six notes on each capture, the latest first; in another theme in the second folder."""
    for folder, captures in SHOWN.items():
        for latest in captures:
            file = tmp_path / "saved" / folder / f"202603{latest + 1:02}120000" / "index.txt"
            file.parent.mkdir(parents=True)
            shown = range(latest, latest - 6, -1)
            file.write_text("\n\n".join(note(number, LENGTHS[folder]) for number in shown))
    return tmp_path / "saved"


def posts(folder, sources):
    """Crawl the sources; return the cards with their posts."""
    archive = Archive(folder)
    assert not any(outcome.error for outcome in archive.crawl([str(source) for source in sources]))
    archive.dedupe()
    return {(row["card_id"], row["post_id"]) for row in archive.rows("cards")}


def test_text_captures_in_two_folders_show_the_same_posts_as_one_source_and_as_two(saved, tmp_path):
    whole = posts(tmp_path / "one", [saved])
    assert posts(tmp_path / "two", sorted(saved.iterdir())) == whole
    assert len({post for _, post in whole}) == 18
    assert len({card for card, _ in whole}) == 20
