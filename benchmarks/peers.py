"""What other programs make of an exported WACZ: `make peers`, or `make peers ARCHIVE=DIR`.

They are installed beside the environment, not into it: `wacz`, pywb and `surt` from PyPI, ReplayWeb.page from
npm. `wacz validate` passes, the keys of 60,000 odd URLs are those of `surt`, pywb plays every capture back
byte for byte from the WARC files in the WACZ. ReplayWeb.page shows the list of pages and the last listing in
headless Chromium, in two screenshots to be looked at. npm and Chromium have to be there for that.
"""

import hashlib
import http.client
import json
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import venv
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from archiver import Archive, ImportOptions
from archiver.surt import surt

ROOT = Path(__file__).parents[1]
PEERS = Path(sys.prefix) / "peers"
PACKAGES = ("wacz==0.6.0", "pywb==2.10.0", "setuptools<81")  # pywb imports pkg_resources
PLAYER, DRIVER = "replaywebpage@2.4.6", "puppeteer-core@24"
START_S = 60
URLS = 60_000
PARTS = [
    *"aB/.?&=%#@:1ö|'()~+;[]^\\😀",
    *[
        "//",
        "..",
        "%41",
        "%2e",
        "%25",
        "80",
        "443",
        "255",
        "www.",
        "www3.",
        "(abcdefghijklmnopqrstuvwx)/",
        ".aspx",
    ],
    *["sid=0123456789abcdef0123456789abcdef", "cfid=1&cftoken=2"],
]
HOSTS = ("example.org", "www.a.b", "EX.org:81", "1.2.3.4", "ä.org", "a.b.", "")


def main() -> None:
    install()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        archive = Archive(sys.argv[1]) if sys.argv[1:] else sample(work)
        file = archive.export("captures", work / "peers.wacz")
        print(f"{file.stat().st_size:,} bytes")
        subprocess.run([PEERS / "bin" / "wacz", "validate", "--file", file], check=True)
        print(f"surt: {other_keys()} of {URLS:,} keys are others")
        print(f"pywb: {played_back(archive, file, work)} captures played back")
        if shutil.which("npm") and (browser := shutil.which("chromium")):
            for name, (place, words) in views(archive).items():
                show(browser, file, place, words, PEERS / f"{name}.png")


def install() -> None:
    if not (PEERS / "ready").exists():
        venv.create(PEERS, with_pip=True)
        pip = [PEERS / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, *PACKAGES], check=True)
        (PEERS / "ready").touch()


def sample(work: Path) -> Archive:
    archive = Archive(work / "archive")
    archive.crawl(ROOT / "data" / "sample", imports=ImportOptions(base_url="https://harbour.example/"))
    return archive


def other_keys() -> int:
    """Count the URLs for which the package `surt` gives another key; it gives none for some hosts."""
    choice = random.Random(1)  # noqa: S311 - no secrets
    urls = [
        choice.choice(["http://", "https://", "HTTP://", "ftp://", "file:///"])
        + choice.choice(HOSTS)
        + choice.choice("/?")
        + "".join(choice.choices(PARTS, k=choice.randrange(9)))
        for _ in range(URLS)
    ]
    program = (
        "import json, sys, surt\n"
        "def key(url):\n"
        "    try: return surt.surt(url)\n"
        "    except Exception: return None\n"
        "print(json.dumps([key(url) for url in json.load(sys.stdin)]))"
    )
    ran = subprocess.run(
        [PEERS / "bin" / "python", "-W", "ignore", "-c", program],
        input=json.dumps(urls).encode(),
        capture_output=True,
        check=True,
    )
    keys = json.loads(ran.stdout)
    return sum(key is not None and surt(url) != key for url, key in zip(urls, keys, strict=True))


def played_back(archive: Archive, file: Path, work: Path) -> int:
    """Have pywb unpack the WACZ and play back every capture in it; return how many there are."""
    for arguments in (["init", "peers"], ["add", "--unpack-wacz", "peers", file]):
        subprocess.run([PEERS / "bin" / "wb-manager", *arguments], cwd=work, check=True, capture_output=True)
    lines = b"".join(archive.export_iter("captures", "cdxj")).splitlines()
    with pywb(work) as port:
        for line in lines:
            _, stamp, entry = line.decode().split(" ", 2)
            capture = json.loads(entry)
            if capture["url"].startswith("http"):
                body = fetched(port, f"/peers/{stamp}id_/{capture['url']}")
                if f"sha256:{hashlib.sha256(body).hexdigest()}" != capture["digest"]:
                    sys.exit(f"pywb: another payload: {line.decode()}")
    return len(lines)


@contextmanager
def pywb(work: Path):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    command = [PEERS / "bin" / "wayback", "--bind", "127.0.0.1", "--port", str(port), "--threads", "1"]
    with (work / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=work, stdout=log, stderr=log)
        try:
            give_up = time.monotonic() + START_S
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    if server.poll() is not None or time.monotonic() > give_up:
                        sys.exit((work / "log").read_text())
                    time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait()


def fetched(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, br", "Connection": "close"})
    with connection.getresponse() as response:
        return response.read()


class View(NamedTuple):
    """A place in ReplayWeb.page, and words that it shows."""

    place: str
    words: str


def views(archive: Archive) -> dict[str, View]:
    """The places that are looked at: the list of pages, and the last listing in HTML."""
    listing = [row for row in archive.rows("captures") if row["cards"] and row["media_type"] == "text/html"][
        -1
    ]
    card = next(
        row["title"]
        for row in archive.rows("cards")
        if row["title"] and row["capture"]["id"] == listing["id"]
    )
    stamp = "".join(filter(str.isdigit, listing["captured_at"]))
    replay = urlencode({"view": "replay", "url": listing["url"], "ts": stamp})
    return {"pages": View("view=pages", listing["url"]), "replay": View(replay, card)}


class InRanges(SimpleHTTPRequestHandler):
    """Serves a folder; parts of files, too, which the player asks for."""

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not asked or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        first, last = asked.groups()
        start = int(first) if first else max(0, len(data) - int(last))
        part = data[start : int(last) + 1 if first and last else len(data)]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        with suppress(ConnectionError):  # the player hangs up when it has read enough
            self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        pass


def show(browser: str, file: Path, place: str, words: str, picture: Path) -> None:
    """Open a WACZ in ReplayWeb.page, wait for the words, and write a screenshot."""
    if not (PEERS / "node_modules").exists():
        run = partial(subprocess.run, cwd=PEERS, capture_output=True, text=True, check=True)
        packed = run(["npm", "pack", "--silent", PLAYER])  # its dependencies are in it already
        shutil.unpack_archive(PEERS / packed.stdout.strip(), PEERS)
        run(["npm", "install", "--silent", "--no-audit", "--no-fund", DRIVER])
    shutil.copy(file, PEERS / "package" / "peers.wacz")
    shutil.copy(Path(__file__).with_name("peers.mjs"), PEERS)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(InRanges, directory=PEERS / "package")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        page = f"{site}/index.html?source={site}/peers.wacz#{place}"
        subprocess.run(["node", PEERS / "peers.mjs", browser, page, words, picture], check=True)  # noqa: S607
        server.shutdown()
    print(f"ReplayWeb.page: {words!r} is shown; look at {picture}")


if __name__ == "__main__":
    main()
