"""The library in a real notebook: a Jupyter kernel, whose thread runs an event loop already."""

import asyncio
import time

import nbformat
import pytest
from nbclient import NotebookClient

from tests.paths import SAMPLE
from tests.servers import LISTING

pytestmark = pytest.mark.filterwarnings("ignore")  # those of Jupyter's own packages

STARTS_S = 120
"""What a kernel gets to start, and a cell to end, on any machine."""


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A notebook of these cells, run in a folder of its own."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    (tmp_path / "saved").symlink_to(SAMPLE)

    def made(*cells):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        return NotebookClient(
            book,
            timeout=STARTS_S,
            startup_timeout=STARTS_S,
            kernel_name="python3",
            resources={"metadata": {"path": str(tmp_path)}},
        )

    return made


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def test_a_notebook_drives_an_archive(notebook, site, tmp_path):
    client = notebook(
        "from archiver import Archive, FetchOptions, ImportOptions\n"
        "archive = Archive('archive')\n"
        "saved = archive.crawl('saved', imports=ImportOptions(base_url='https://harbour.example/'))\n"
        f"fetched = archive.crawl('{site.url}/', fetching=FetchOptions(delay_s=0))\n"
        "print(saved.captures, saved.cards, fetched.captures, fetched.cards)",
        f"print(len(archive.inspect('{site.url}/').cards))",
        "print(archive.dedupe().posts)",
        "with archive:\n"
        "    bell = archive.search('harbour bell').posts[0]\n"
        "    print(archive.show(bell.id).title)\n"
        "    print(archive.explain(bell.id).weakest.same)\n"
        "    archive.export('posts', 'posts.json')\n",
        "for result in archive.crawl_iter('saved'):\n    print(result.cards > 0)\n    break",
        "await __import__('asyncio').sleep(0)\nprint(archive.verify())",
    )
    client.execute()
    crawled, inspected, merged, shown, broken_off, verified = map(printed, client.nb.cells)
    assert crawled == "8 43 1 5\n"
    assert inspected == "5\n"
    assert merged == "19\n"
    assert shown == "Who rang the harbour bell?\nTrue\n"
    assert broken_off == "True\n"
    assert verified == "[]\n"
    assert (tmp_path / "posts.json").stat().st_size > 1000


def test_the_stop_button_ends_a_crawl_and_keeps_what_was_captured(notebook, site, tmp_path):
    """A pause of minutes after the first page, and an interrupt in it."""
    site.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 50\nDisallow:"
    site.pages["/"] = LISTING.replace(b"</main>", b'<a rel="next" href="/page/2/">Older</a></main>')
    client = notebook(
        "import threading\n"
        "from pathlib import Path\n"
        "from archiver import Archive\n"
        "archive = Archive('archive')\n"
        "def note(wait):\n"
        "    if wait.seconds > 10:\n"
        "        Path('waiting').touch()\n"
        "try:\n"
        f"    archive.crawl('{site.url}/', on_wait=note)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')",
        "print(archive.status().captures, archive.status().interrupted, archive.verify())\n"
        "print([thread.name for thread in threading.enumerate() if 'archiver' in thread.name])",
    )

    async def press_stop():
        while not (tmp_path / "waiting").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.05)
        await client.km.interrupt_kernel()

    async def run():
        async with client.async_setup_kernel():
            first, second = client.nb.cells
            pressing = asyncio.create_task(press_stop())
            await client.async_execute_cell(first, 0)
            await pressing
            await client.async_execute_cell(second, 1)

    began = time.monotonic()
    asyncio.run(run())
    stopped, after = map(printed, client.nb.cells)
    assert stopped == "interrupted\n"
    assert after == "1 1 []\n[]\n"
    assert time.monotonic() - began < STARTS_S
