"""The archive asks a site's other pages about those that leave a doubt, whatever the order of work."""

import random

import pytest

from archiver.archive import Archive
from archiver.crawl.reading import parser_version, read_page
from archiver.sources import ImportOptions, read_capture
from archiver.store import Store
from tests.dumps import dump
from tests.sites import listing, plain_card, recent, slider

HOST = "https://harbour.example"
SITES = {
    "20260301": listing(36, 7, box=slider(range(36, 26, -1)), card=plain_card),
    "20260401": listing(43, 7, box=recent(range(43, 33, -1)), build="spring"),
}


@pytest.fixture
def saved(tmp_path):
    """Two visits to a site, in two designs, page by page: the files."""
    for day, site in SITES.items():
        for number, (path, (_, markup)) in enumerate(site.items()):
            file = tmp_path / "saved" / f"{day}1200{number:02}" / path.strip("/") / "index.html"
            file.parent.mkdir(parents=True)
            file.write_text(markup)
    return sorted((tmp_path / "saved").rglob("*.html"))


def crawl(folder, *runs):
    """Import the files in several runs."""
    for files in runs:
        imports = ImportOptions(base_url=f"{HOST}/")
        outcomes = list(Archive(folder).crawl([str(file) for file in files], imports=imports))
        assert [outcome.error for outcome in outcomes] == [None] * len(files)


def shown(folder):
    """The permalinks that each page shows, by day and path."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in Archive(folder).rows("cards"):
        at = row["capture"]["captured_at"][:10].replace("-", ""), row["capture"]["url"]
        found.setdefault(at, []).append((row["url"] or "").removeprefix(HOST))
    return found


EXPECTED = {
    (day, f"{HOST}{path}index.html"): cards
    for day, site in SITES.items()
    for path, (cards, _) in site.items()
}


def test_every_page_is_read_with_what_the_others_teach(saved, tmp_path):
    for file in saved:
        capture = read_capture(file, str(file), ImportOptions(base_url=f"{HOST}/"))
        crawl(tmp_path / "alone" / capture.key, [file])
    alone = {at: cards for one in (tmp_path / "alone").iterdir() for at, cards in shown(one).items()}
    assert sum(alone[at] != cards for at, cards in EXPECTED.items()) == 8  # one last page, and the boxes
    crawl(tmp_path / "together", saved)
    assert shown(tmp_path / "together") == EXPECTED


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_work_does_not_matter(saved, tmp_path, seed):
    crawl(tmp_path / "one", saved)
    Archive(tmp_path / "one").dedupe()
    chance = random.Random(seed)
    chance.shuffle(saved)
    cuts = sorted(chance.sample(range(1, len(saved)), 4))
    runs = [saved[start:end] for start, end in zip([0, *cuts], [*cuts, len(saved)], strict=True)]
    crawl(tmp_path / "two", *runs, saved)
    Archive(tmp_path / "two").dedupe()
    assert dump(tmp_path / "two") == dump(tmp_path / "one")
    Archive(tmp_path / "two").rebuild()
    assert dump(tmp_path / "two") == dump(tmp_path / "one")
    assert list(Archive(tmp_path / "two").verify()) == []


def test_what_a_killed_run_left_in_doubt_is_asked_by_the_next(saved, tmp_path):
    """Its pages are there, each read alone."""
    crawl(tmp_path / "one", saved)
    with Store(tmp_path / "two", "create") as store:
        for file in saved:
            capture = read_capture(file, str(file), ImportOptions(base_url=f"{HOST}/"))
            store.pages.add(store.captures.add(capture).id, read_page(capture))
    assert shown(tmp_path / "two") != EXPECTED
    for folder in (tmp_path / "one", tmp_path / "two"):
        Archive(folder).dedupe()
    assert shown(tmp_path / "two") == EXPECTED
    assert dump(tmp_path / "two") == dump(tmp_path / "one")


def test_a_page_says_that_it_was_read_with_others(saved, tmp_path, run):
    crawl(tmp_path / "one", saved)
    with Store(tmp_path / "one", "read") as store:
        readings = [reading for (reading,) in store.db.execute("SELECT parser_version FROM pages")]
    alone = readings.count(parser_version())
    assert 0 < alone < len(readings)
    assert all(reading.startswith(parser_version()) for reading in readings)
    ran = run("--archive", tmp_path / "one", "reparse")
    assert ran.err.endswith("archiver: all pages are up to date with this parser\n")
    with Store(tmp_path / "one", "read") as store:
        whys = [why for (why,) in store.db.execute("SELECT why FROM pages WHERE parser_version LIKE '%+%'")]
    assert all("as on other pages of the site" in why for why in whys)
