"""A real pywb, in an environment of its own, for it cannot live beside the project: its `brotlipy` and our
`brotli` are both the module `brotli`."""

import fcntl
import hashlib
import json
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PEERS = ("pywb==2.10.0", "cdxj-indexer==1.5.0", "setuptools<81")  # pywb imports pkg_resources
NAME = "peers-" + hashlib.sha256(repr((PEERS, sys.version)).encode()).hexdigest()[:12]
START_S = 60
"""What pywb gets to start; a machine that needs longer has another trouble."""


def programs(folder: Path) -> Path:
    """Make the environment in the folder unless it is there; return the folder of its programs."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker of pytest may be making it
        if not (folder / "ready").exists():
            venv.create(folder, clear=False, with_pip=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
            subprocess.run([*pip, "--quiet", *PEERS], check=True)
            (folder / "ready").touch()
    return folder / "bin"


@contextmanager
def pywb_server(peers: Path, index: Path, warcs: Path, work: Path) -> Iterator[int]:
    """pywb with an index and a folder of WARC files as its collection `archive`; its port on 127.0.0.1."""
    collection = {"index": str(index), "archive_paths": f"{warcs}/"}
    (work / "config.yaml").write_text(json.dumps({"collections": {"archive": collection}}))
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with (work / "log").open("wb") as log:
        wayback = [str(peers / "wayback"), "--bind", "127.0.0.1", "--port", str(port), "--threads", "1"]
        server = subprocess.Popen(wayback, cwd=work, stdout=log, stderr=log)
        try:
            give_up = time.monotonic() + START_S
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    alive = server.poll() is None and time.monotonic() < give_up
                    assert alive, (work / "log").read_text()
                    time.sleep(0.05)
            yield port
        finally:
            server.terminate()
            server.wait()
