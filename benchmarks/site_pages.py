"""What axe-core and Chromium find in the pages of a static site: `make site`, or `make site ARCHIVE=DIR`.

axe-core and puppeteer-core are installed from npm, beside the environment. One page of each kind is opened
from the disk, on a phone and on a desk, light and dark: axe-core finds nothing, nothing is refused by the
policy of the page, nothing is asked for from elsewhere, no page is wider than the screen. The pictures are to
be looked at.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from archiver import Archive, ImportOptions

ROOT = Path(__file__).parents[1]
PEERS = Path(sys.prefix) / "peers"
PACKAGES = ("axe-core@4", "puppeteer-core@24")


def main() -> None:
    browser = shutil.which("chromium")
    npm, node = shutil.which("npm"), shutil.which("node")
    if not browser or not npm or not node:
        sys.exit("Chromium and npm have to be there")
    PEERS.mkdir(exist_ok=True)
    subprocess.run([npm, "install", "--silent", "--prefix", PEERS, *PACKAGES], check=True)
    driver = shutil.copy(ROOT / "benchmarks" / "site.mjs", PEERS)  # it imports what lies beside it
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(sys.argv[1]) if sys.argv[1:] else sample(Path(folder))
        site = archive.write_site(Path(folder) / "site", wacz=True)
        urls = [f"file://{path}" for path in looked_at(site)]
        subprocess.run([node, driver, browser, PEERS, *urls], check=True)
    print(f"pictures: {PEERS}")


def sample(folder: Path) -> Archive:
    archive = Archive(folder / "archive")
    archive.crawl(ROOT / "data" / "sample", imports=ImportOptions(base_url="https://harbour.example/"))
    archive.dedupe()
    return archive


def looked_at(site: Path) -> list[str]:
    """One page of each kind, and the post with the longest page."""
    longest = max(site.glob("posts/*/*.html"), key=lambda path: path.stat().st_size)
    lists = (max(site.glob(f"{name}/[!i]*.html")) for name in ("months", "sites", "changes"))
    fixed = ("index.html", "sites/index.html", "changes/index.html", "coverage/index.html")
    found = "search/index.html?q=the"
    return [str(longest), *map(str, lists), *(f"{site}/{name}" for name in (*fixed, found))]


if __name__ == "__main__":
    main()
