"""Measure what the learned template of a site adds to the parser, and that it spoils nothing.

    python benchmarks/site_templates.py FOLDER [SITE ...]

FOLDER holds `corpora/SITE/` (saved listing pages), as for benchmarks/quality.py. Every page is parsed alone,
and then with the template that is learned from all pages of its site. Then the same without a part of the
parser, the one that finds the only card of a page: how many pages are lost without it, and how many of these
the template recovers. The goals: no page that is parsed correctly alone is parsed differently, and most pages
that are lost are recovered.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from quality import crawls

from archiver.archive import Archive, ImportOptions
from archiver.models import Capture, Page, SeenBlock
from archiver.parse import Site, SiteTemplate, boilerplate_blocks, learn, parse_page
from archiver.parse.listing import candidates
from archiver.store import Store, site_of

Pages = list[tuple[Capture, Page]]


def captures(site: Path, work: Path) -> list[Capture]:
    """Import the pages of one site, and return their captures with the URLs that they had at their times."""
    for options, folders in crawls(site):
        imports = ImportOptions(base_url=options[1] if options else None)
        for _ in Archive(work).crawl(folders, imports=imports):
            pass
    with Store(work, "read") as store:
        ids = [capture_id for (capture_id,) in store.db.execute("SELECT id FROM captures ORDER BY id")]
        return [store.captures.read(capture_id) for capture_id in ids]


def aided(pages: Pages) -> Iterator[Page]:
    """Yield the pages again, each parsed with the template of its site where that concerns it."""
    pages_of: dict[str, Pages] = {}
    for capture, page in pages:
        pages_of.setdefault(site_of(capture.url), []).append((capture, page))
    sites = {name: Site(template(of_site)) for name, of_site in pages_of.items()}
    for capture, page in pages:
        site = sites[site_of(capture.url)]
        yield parse_page(capture, site) if site.template.concerns(capture.url, page.blocks) else page


def template(pages: Pages) -> SiteTemplate:
    """Learn the template of a site from its pages."""
    seen = [
        SeenBlock(block.signature, capture.captured_at.date().isoformat(), block.permalinks, capture.url)
        for capture, page in pages
        for block in page.blocks
    ]
    return learn([page for _, page in pages], boilerplate_blocks(sorted(seen)))


def differing(left: list[Page], right: list[Page]) -> int:
    """Count the pages that have other cards."""
    return sum(a.cards != b.cards for a, b in zip(left, right, strict=True))


def main() -> None:
    folder, wanted = Path(sys.argv[1]) / "corpora", sys.argv[2:]
    print("| site | pages | parsed differently | lost without the part | recovered by templates |")
    print("|---|---|---|---|---|")
    for site in sorted(path for path in folder.iterdir() if path.is_dir()):
        if wanted and site.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as work:
            captured = captures(site, Path(work))
        alone = [parse_page(capture) for capture in captured]
        changed = differing(alone, list(aided(list(zip(captured, alone, strict=True)))))
        part, candidates.single_card = candidates.single_card, lambda _: None
        poorer = [parse_page(capture) for capture in captured]
        helped = list(aided(list(zip(captured, poorer, strict=True))))
        candidates.single_card = part
        urls = [[card.url for card in page.cards] for page in alone]
        lost = [at for at, page in enumerate(poorer) if [card.url for card in page.cards] != urls[at]]
        recovered = sum([card.url for card in helped[at].cards] == urls[at] for at in lost)
        print(f"| {site.name} | {len(captured)} | {changed} | {len(lost)} | {recovered} |")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
