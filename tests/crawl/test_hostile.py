"""`archiver crawl` over servers that do everything wrong, all at the same time, each on a host of its own.

None ends the run, takes more memory than stated here, or leaves a half page that passes for a whole one.
"""

import asyncio
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import pytest

from archiver import Archive, CaptureRow
from tests.servers import Fault, Reader, Writer, goes_on, says

MAX_BYTES = 300_000
MOST_MEMORY_MIB = 300
"""The peak of a process: about 90 for Python and its libraries, the rest for a page of up to 32 MiB."""

CARDS = "".join(
    f'<article><h2><a href="/note-{day}/">Note number {day}</a></h2><time>2026-02-{day:02}</time>'
    f"<p>What note {day} is about, in a sentence that is long enough to be one.</p></article>\n"
    for day in range(1, 9)
).encode()
PAGE = b"<!DOCTYPE html><html lang=en><title>Notes</title><main>" + CARDS + b"</main></html>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def length(size: int) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % size


def coded(coding: bytes, body: bytes) -> Fault:
    return says(OK + b"Content-Encoding: " + coding + b"\r\n" + length(len(body)), body)


def gzipped(*chunks: bytes, times: int = 1) -> bytes:
    """The chunks, the last one so many times over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    *first, last = chunks
    parts = [packer.compress(chunk) for chunk in first] + [packer.compress(last) for _ in range(times)]
    return b"".join([*parts, packer.flush()])


def brotli_bomb(megabytes: int) -> bytes:
    packer = brotli.Compressor(quality=4)
    parts = [packer.process(PAGE)] + [packer.process(bytes(1 << 20)) for _ in range(megabytes)]
    return b"".join([*parts, packer.finish()])


def redirects(location: str) -> Fault:
    return says(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n".encode() + length(0))


async def ever_further(path: str, _reader: Reader, writer: Writer) -> None:
    number = int(path.strip("/") or 0)
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: /%d\r\n" % (number + 1) + length(0))


async def in_a_circle(path: str, reader: Reader, writer: Writer) -> None:
    await redirects("/b" if path == "/" else "/")(path, reader, writer)


BIG = 1 << 20
CUT, NO_HEAD, BOMB = "disconnect", "no response", "inflates to more than 32 MiB"
CUT_CODING = "cut"

FAULTS: dict[str, tuple[Fault, str]] = {
    "cut in the middle": (says(OK + length(len(PAGE)), PAGE[: len(PAGE) // 2]), CUT),
    "shorter than its length": (says(OK + length(len(PAGE) + 1), PAGE), CUT),
    "chunks that end in garbage": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE), PAGE, b"\r\nZZ\r\n"),
        CUT,
    ),
    "chunks without an end": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE), PAGE, b"\r\n"),
        CUT,
    ),
    "an endless page": (goes_on(OK + b"\r\n", PAGE, more=CARDS), "cut short by a limit: length"),
    "an endless redirect": (
        goes_on(b"HTTP/1.1 302 Found\r\nLocation: ftp://x/\r\n\r\n", more=bytes(65536)),
        "not an http or https URL",
    ),
    "a header without end": (goes_on(OK + b"X: ", more=b"x" * 65536), NO_HEAD),
    "headers without end": (goes_on(OK, more=b"X: y\r\n" * 10_000), NO_HEAD),
    "two lengths": (says(OK + b"Content-Length: 5\r\n" + length(6), PAGE), CUT),
    "no HTTP": (says(b"220 mail.example ESMTP\r\n"), NO_HEAD),
    "nothing": (says(), NO_HEAD),
    "gzip to 60 MB": (coded(b"gzip", gzipped(PAGE, bytes(BIG), times=60)), BOMB),
    "gzip to 200 MB of tags": (coded(b"gzip", gzipped(b"<div>" * (BIG // 5), times=200)), BOMB),
    "gzip within gzip": (coded(b"gzip, gzip", gzipped(gzipped(bytes(BIG), times=1000))), BOMB),
    "brotli to 1 GB": (coded(b"br", brotli_bomb(1000)), BOMB),
    "gzip that breaks off": (coded(b"gzip", gzipped(PAGE)[:-30]), CUT_CODING),
    "brotli that breaks off": (coded(b"br", brotli.compress(PAGE)[:-30]), CUT_CODING),
    "gzip that is none": (coded(b"gzip", b"\x1f\x8b\x08\0" + b"garbage" * 9), "not gzip data"),
    "an unknown coding": (coded(b"x-secret", PAGE), "unknown content coding"),
    "a picture": (says(OK + length(400), b"\x89PNG\r\n\x1a\n" + bytes(392)), "binary data"),
    "to itself": (redirects("/"), "form a loop"),
    "in a circle": (in_a_circle, "form a loop"),
    "ever further": (ever_further, "more than 10 redirects"),
    "to a private address": (redirects("http://10.1.2.3/"), "10.1.2.3, which is not a public"),
    "to another port of this machine": (redirects("http://127.0.0.1:1/"), "127.0.0.1, which is not a"),
    "to the metadata service": (redirects("http://169.254.169.254/a"), "169.254.169.254, which is not"),
    "to a file": (redirects("file:///etc/passwd"), "not an http or https URL"),
    "to no address": (redirects("http://[::1"), "not an http or https URL"),
    "to a host that no one can decode": (redirects("http://xn--a/"), "cannot be requested"),
    "a part that nobody asked for": (
        says(
            b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1999/9999\r\n" + length(len(PAGE)), PAGE
        ),
        "206",
    ),
    "an error": (says(b"HTTP/1.1 500 Oh\r\n" + length(len(PAGE)), PAGE), "status 500"),
}


@dataclass(frozen=True)
class Crawled:
    """What one crawl of all servers gave: by the name of a fault, its log lines and its captures."""

    code: int
    lines: list[str]
    told: dict[str, list[str]]
    captures: dict[str, list[CaptureRow]]
    peak_mib: int
    folder: Path


@asynccontextmanager
async def serving(fault: Fault, host: str) -> AsyncIterator[str]:
    """A server on that address of the loopback that does so; its URL."""
    tasks: set[asyncio.Task[Any]] = set()

    async def connected(reader: Reader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        with suppress(OSError, EOFError, asyncio.CancelledError):
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
            await fault(path, reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, host, 0)
    yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks)


async def crawl_all(folder: Path, faults: dict[str, Fault]) -> Crawled:
    # says at its end how much memory it and the largest of its readers took at most, which `wait4` cannot
    # say: its figure has in it what pytest had when it started the command
    measured = (
        "import atexit, sys; from resource import RUSAGE_CHILDREN, getrusage;"
        "from archiver.cli.app import main;"
        "own = lambda: int(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]);"
        "peak = lambda: max(own(), getrusage(RUSAGE_CHILDREN).ru_maxrss);"
        "atexit.register(lambda: print(peak(), file=sys.stderr)); main()"
    )
    async with AsyncExitStack() as servers:
        urls = {
            name: await servers.enter_async_context(serving(fault, f"127.0.0.{number}"))
            for number, (name, fault) in enumerate(faults.items(), start=2)
        }
        options = ["--delay=0", "--retries=0", "--ignore-robots", f"--max-bytes={MAX_BYTES}"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", measured, "--archive", str(folder), "crawl", *options, *urls.values()),
            stderr=subprocess.PIPE,
        )
        _, err = await process.communicate()
    *lines, peak = err.decode().splitlines()
    captures = list(Archive(folder).rows("captures"))
    assert process.returncode is not None
    return Crawled(
        process.returncode,
        lines,
        {name: [line for line in lines if f" {url}" in line] for name, url in urls.items()},
        {name: [row for row in captures if row["url"].startswith(url)] for name, url in urls.items()},
        int(peak) // 1024,
        folder,
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    faults = {name: fault for name, (fault, _) in FAULTS.items()} | {
        "none": says(OK + length(len(PAGE)), PAGE)
    }
    return asyncio.run(crawl_all(tmp_path_factory.mktemp("hostile") / "archive", faults))


def test_each_fault_is_told_in_one_line(crawled: Crawled) -> None:
    begun, *faults, summary = crawled.lines
    assert crawled.code == 1
    assert "a new archive is begun" in begun
    assert len(faults) == len(FAULTS), faults
    assert f"{len(FAULTS)} failed" in summary
    assert crawled.told["none"] == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_line_says_what_is_wrong(crawled: Crawled, name: str) -> None:
    lines = crawled.told[name] or crawled.lines  # where it leads elsewhere, the line names that address
    assert len(crawled.told[name]) <= 1
    assert any(FAULTS[name][1] in line for line in lines)


@pytest.mark.parametrize("name", FAULTS)
def test_no_half_page_passes_for_a_whole_one(crawled: Crawled, name: str) -> None:
    for capture in crawled.captures[name]:
        assert capture["error"] or capture["status"] == 302


def test_a_good_page_among_them_is_read(crawled: Crawled) -> None:
    (capture,) = crawled.captures["none"]
    assert (capture["cards"], capture["error"]) == (8, None)


def test_the_archive_is_whole(crawled: Crawled) -> None:
    assert list(Archive(crawled.folder).verify()) == []
    for path in (crawled.folder / "warc").iterdir():
        fastwarc = Path(sys.executable).with_name("fastwarc")
        subprocess.run([fastwarc, "check", "--quiet", path], check=True)
        subprocess.run(["gunzip", "-t", path], check=True)


def test_memory_is_bounded(crawled: Crawled) -> None:
    assert crawled.peak_mib < MOST_MEMORY_MIB
