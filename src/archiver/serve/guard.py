"""What stands before every request: which hosts are answered, and what a browser may do with the answer.

An ASGI application comes in, another goes out. A site elsewhere can have its own name lead to 127.0.0.1 and
then read what is served there (DNS rebinding). Its requests carry that name in `Host`, so only the names of
this machine are answered.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

OWN_PAGES = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of our pages (Content Security Policy Level 3): no script, no picture, no frame."""
_OTHER_PAGES = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""That of Datasette's pages, which have scripts and styles in them: nothing is fetched from elsewhere."""
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def guarded(application: Application, port: int) -> Application:
    """Answer requests to this machine's own names alone, and add the headers that protect a reader."""
    hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost", "[::1]")}

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if all(name.lower() != b"content-security-policy" for name, _ in headers):
                    headers.append((b"content-security-policy", _OTHER_PAGES.encode()))
                message = {**message, "headers": [*headers, *_HEADERS]}
            await send(message)

        named = [value.lower() for name, value in scope["headers"] if name == b"host"]
        if len(named) == 1 and named[0] in hosts:
            await application(scope, receive, send_with_headers)
        else:
            await _refuse(send_with_headers)

    return answer


async def _refuse(send: Send) -> None:
    body = b"Misdirected: this server answers to 127.0.0.1 and localhost alone.\n"
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": body})
