"""A proxy that the user names: all requests go through it, and the guard on addresses is its own matter."""

import base64
import gzip
import socket
import socketserver
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest


@contextmanager
def proxy_server(target):
    """A proxy that leads every request to the port *target*; yields its own port, and its log."""
    log: list[tuple[str, str | None]] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            method, url, _ = self.rfile.readline().decode().split()
            headers = []
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                headers.append(header)
            known = dict(header.decode().rstrip().split(": ", 1) for header in headers)
            log.append((f"{method} {url}", known.get("Proxy-Authorization")))
            with socket.create_connection(("127.0.0.1", target)) as upstream:
                upstream.sendall(f"{method} {urlsplit(url).path} HTTP/1.1\r\n".encode() + b"".join(headers))
                upstream.sendall(b"Connection: close\r\n\r\n")
                while data := upstream.recv(65536):
                    self.wfile.write(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1], log
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def proxied(site):
    with proxy_server(urlsplit(site.url).port) as served:
        yield served


def test_all_requests_go_through_it(run, tmp_path, proxied):
    port, log = proxied
    archive = tmp_path / "archive"
    proxy = f"http://me:secret@127.0.0.1:{port}"
    done = run("--archive", archive, "crawl", "http://harbour.invalid/", "--delay", "0", "--proxy", proxy)
    assert (done.code, "(1 new)" in done.err) == (0, True), done.err
    assert [line for line, _ in log] == [
        "GET http://harbour.invalid/robots.txt",
        "GET http://harbour.invalid/",
    ]
    assert {sent for _, sent in log} == {"Basic " + base64.b64encode(b"me:secret").decode()}
    record = b"".join(gzip.decompress(file.read_bytes()) for file in archive.rglob("*.warc.gz"))
    assert b"WARC-IP-Address" not in record
    assert b"secret" not in record
    assert b"Proxy-Authorization" not in record


def test_a_proxy_that_is_not_there_fails_the_source(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    proxy = ("--proxy", f"http://127.0.0.1:{port}", "--retries", "0")
    assert run("--archive", tmp_path / "archive", "crawl", "http://harbour.invalid/", *proxy).code == 1


def test_proxies_of_the_environment_are_not_used(run, tmp_path, monkeypatch, site):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert run("--archive", tmp_path / "archive", "crawl", site.url + "/", "--delay", "0").code == 0
