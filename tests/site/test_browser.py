"""A site in a real browser, from the disk: hostile texts do nothing, and search finds.

Where Chromium is on the machine. `make site` looks at more pages, with axe-core, in all widths and colours.
"""

import shutil
import subprocess
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.site.made import built, post
from tests.site.test_build import HOSTILE, hostile_site

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def written(files, folder):
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def opened(folder, page):
    """The document after its scripts have run."""
    done = subprocess.run(
        [
            CHROMIUM or "",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder / '.profile'}",
            "--virtual-time-budget=5000",
            "--dump-dom",
            f"file://{folder}/{page}",
        ],
        capture_output=True,
        check=True,
    )
    return LexborHTMLParser(done.stdout)


def search(folder, words):
    """The titles of the posts that the page of search shows for words."""
    page = opened(folder, f"search/index.html?q={quote(words)}")
    return [node.text() for node in page.css("#results h2")]


def test_hostile_texts_do_nothing(tmp_path):
    site = written(hostile_site(), tmp_path)
    pages = (
        *(f"posts/00/{n:016x}.html" for n in (0, 1, 4)),
        "changes/2026-03.html",
        "search/index.html?q=dataset",
    )
    for path in pages:
        page = opened(site, path)
        root = page.css_first("html")
        assert root is not None
        assert root.attributes == {"lang": "en"}, path
        assert page.css("img, style, iframe, animate") == [], path
        assert page.css_first("h1") is not None
    found = {node.text() for node in page.css("#results h2")}
    assert found == {text for text in HOSTILE if "dataset" in text}


def test_search_finds_words_of_all_scripts(tmp_path):
    titles = [
        "Die Brücke am Hafen",
        "台北的JavaScript入門",
        "カフェのガイド",
        "서울의 항구",
        "The harbour bridge",
        "हिन्दी समाचार",
        "𠀋𠀍 rare signs",
    ]
    site = written(built([post(n, title=title, excerpt=None) for n, title in enumerate(titles)]), tmp_path)
    wanted = {
        "BRUCKE": [0],
        "harb brid": [4],
        "台": [1],
        "門": [1],
        "북의": [],
        "ガイド": [2],
        "𠀍": [6],
        "post -- ?": [],
    }
    assert {words: search(site, words) for words in wanted} == {
        words: [titles[n] for n in found] for words, found in wanted.items()
    }
