"""Measure what the other pages of a site teach the reader, and that they spoil nothing.

    python benchmarks/lessons.py FOLDER [SITE ...]

FOLDER holds `corpora/SITE/` (saved listing pages), as for benchmarks/quality.py. Every page is read alone,
and then with what all pages of its site teach. Then the same with a part of the reader taken out, the one
that finds the only card of a page: how many pages are lost without it, and how many of these the site's other
pages help to read. The goals: no page that is read well alone is read otherwise, most that are lost are
found.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from quality import crawls

from archiver.archive import Archive, ImportOptions
from archiver.models import Capture, Page
from archiver.parse import Site, furniture, html, learn, parse_page
from archiver.store import Store, site_of

Pages = list[tuple[Capture, Page]]


def captures(site: Path, work: Path) -> list[Capture]:
    """The captures of one site, with the addresses that it had at their times."""
    for options, folders in crawls(site):
        imports = ImportOptions(base_url=options[1] if options else None)
        for _ in Archive(work).crawl(folders, imports=imports):
            pass
    with Store(work, "read") as store:
        ids = [capture_id for (capture_id,) in store.db.execute("SELECT id FROM captures ORDER BY id")]
        return [store.captures.read(capture_id) for capture_id in ids]


def aided(pages: Pages) -> Iterator[Page]:
    """The pages again, each with what its site teaches."""
    sites: dict[str, Pages] = {}
    for capture, page in pages:
        sites.setdefault(site_of(capture.url), []).append((capture, page))
    known = {site: Site(lesson(of_site)) for site, of_site in sites.items()}
    for capture, page in pages:
        site = known[site_of(capture.url)]
        in_doubt = site.learnt.concerns(capture.url, page.blocks)
        yield parse_page(capture, site) if in_doubt else page


def lesson(pages: Pages):
    seen = [
        (block.signature, capture.captured_at.date().isoformat(), block.permalinks, capture.url)
        for capture, page in pages
        for block in page.blocks
    ]
    return learn([(capture.url, page.blocks) for capture, page in pages], furniture(sorted(seen)))


def differing(left: list[Page], right: list[Page]) -> int:
    """How many pages have other cards."""
    return sum(a.cards != b.cards for a, b in zip(left, right, strict=True))


def main() -> None:
    folder, wanted = Path(sys.argv[1]) / "corpora", sys.argv[2:]
    print("| site | pages | read otherwise | lost without the part | of these found by lessons |")
    print("|---|---|---|---|---|")
    for site in sorted(path for path in folder.iterdir() if path.is_dir()):
        if wanted and site.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as work:
            captured = captures(site, Path(work))
        alone = [parse_page(capture) for capture in captured]
        otherwise = differing(alone, list(aided(list(zip(captured, alone, strict=True)))))
        part, html.single_card = html.single_card, lambda _: None
        poorer = [parse_page(capture) for capture in captured]
        helped = list(aided(list(zip(captured, poorer, strict=True))))
        html.single_card = part
        links = [[card.url for card in page.cards] for page in alone]
        lost = [at for at, page in enumerate(poorer) if [card.url for card in page.cards] != links[at]]
        found = sum([card.url for card in helped[at].cards] == links[at] for at in lost)
        print(f"| {site.name} | {len(captured)} | {otherwise} | {len(lost)} | {found} |")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
