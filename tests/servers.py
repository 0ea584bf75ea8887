"""Real servers for the tests: a well-behaved site, one of faults, one of HTTP/2, on 127.0.0.1 at a free port.

`site_server` runs in a thread of its own, so that any test can use it; `fault_server` runs in the test's
event loop and gives each connection to a coroutine that may do to it whatever it likes.
"""

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import trustme

HTML = "text/html; charset=utf-8"
LISTING = "<html lang=en><title>Blog</title><main>{}</main></html>".format(
    "".join(
        f'<article><h2><a href="/post-{day}/">Notes of day {day}</a></h2><time>2026-02-{day:02}</time>'
        f"<p>What day {day} was about, told in a sentence that is long enough to be one.</p></article>"
        for day in range(1, 6)
    )
).encode()
"""A page of five cards."""


@dataclass(frozen=True)
class Route:
    """A response. One with an ETag or Last-Modified answers a request on that condition with 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Pages = Mapping[str, bytes | Route]
"""What a test site serves, by path."""


@dataclass(frozen=True)
class Request:
    """A request as the site received it; `path` is with its query."""

    path: str
    headers: dict[str, str]


@dataclass
class Site:
    """A running site. `pages` may be changed while it runs."""

    url: str
    pages: dict[str, bytes | Route]
    requests: list[Request] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(request.path for request in self.requests)


@contextmanager
def site_server(pages: Pages) -> Iterator[Site]:
    """A site that serves `pages` (by path with query) and 404 for everything else, robots.txt included."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for head and body; two would wait for each other
        timeout = 30

        def do_GET(self) -> None:
            site.requests.append(Request(self.path, dict(self.headers.items())))
            route = site.pages.get(self.path, Route(b"not found\n", 404))
            if isinstance(route, bytes):
                route = Route(route)
            status, body = route.status, route.body
            if _matches(dict(self.headers.items()), route.headers):
                status, body = 304, b""
            self.send_response_only(status)
            headers = {
                "Date": self.date_time_string(),
                "Content-Type": HTML,
                "Content-Length": str(len(body)),
                **route.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            pass  # a client that went away is what some tests are about

    with Server(("127.0.0.1", 0), Handler) as server:
        site = Site(f"http://127.0.0.1:{server.server_port}", dict(pages))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """A server that answers each request with these bytes, robots.txt with 404, and closes; gives its URL."""

    class Handler(StreamRequestHandler):
        timeout = 30

        def handle(self) -> None:
            with suppress(OSError):
                asked = self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                none = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                self.wfile.write(none if b" /robots.txt " in asked else answer)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def _matches(asked: Mapping[str, str], held: Mapping[str, str]) -> bool:
    if asked.get("If-None-Match"):
        return asked["If-None-Match"] == held.get("ETag")
    return bool(asked.get("If-Modified-Since")) and asked["If-Modified-Since"] == held.get("Last-Modified")


Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Connected = Callable[[Reader, Writer], Awaitable[None]]
Fault = Callable[[str, Reader, Writer], Awaitable[None]]
"""Gets a request's path, and the connection with its head already read. Returning closes the connection."""


def says(*parts: bytes) -> Fault:
    """A fault that answers with these bytes."""

    async def fault(_path: str, _reader: Reader, writer: Writer) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return fault


def goes_on(*start: bytes, more: bytes, pause_s: float = 0) -> Fault:
    """A fault whose answer begins with *start* and has no end."""

    async def fault(_path: str, _reader: Reader, writer: Writer) -> None:
        for part in start:
            writer.write(part)
        while True:
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return fault


@asynccontextmanager
async def fault_server(fault: Fault, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that answers robots.txt with 404 and hands every other request to `fault`; gives its URL."""

    async def connected(reader: Reader, writer: Writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode()
        if path == "/robots.txt":
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            await fault(path, reader, writer)

    async with serve(connected, tls=tls) as url:
        yield url


@asynccontextmanager
async def serve(connected: Connected, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that hands every connection to `connected`, and closes it after; gives its URL."""
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: Reader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        # What ends a connection (the client left, the test is over) is no failure of the server.
        with suppress(OSError, EOFError, asyncio.CancelledError):
            await connected(reader, writer)
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
        tasks.discard(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks)
        await server.wait_closed()


def server_side(ca: trustme.CA, name: str, *protocols: str) -> ssl.SSLContext:
    """TLS with a certificate of that authority for that name, offering these protocols (`h2`)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)
    context.set_alpn_protocols(list(protocols))
    return context


class Http2:
    """A server of HTTP/2 that leaves each request to `answer` (which may close the connection)."""

    def __init__(self, answer: Callable[["Http2", int], None]) -> None:
        self.answer = answer
        self.requests = 0

    async def connected(self, reader: Reader, writer: Writer) -> None:
        config = h2.config.H2Configuration(client_side=False, validate_outbound_headers=False)
        self.connection = connection = h2.connection.H2Connection(config)
        connection.initiate_connection()
        try:
            while True:
                writer.write(connection.data_to_send())
                await writer.drain()
                data = await reader.read(65536)
                if not data:
                    break
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        self.requests += 1
                        self.answer(self, event.stream_id)
        except h2.exceptions.H2Error:
            pass

    def send(self, stream: int, body: bytes, *headers: tuple[str, str], end: bool = True) -> None:
        self.connection.send_headers(stream, [(":status", "200"), *headers])
        self.connection.send_data(stream, body, end_stream=end)
