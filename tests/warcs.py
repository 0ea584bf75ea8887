"""WARC, ARC and WACZ files as other programs write them, made in one line."""

import base64
import gzip
import hashlib
import io
import json
import zipfile

LISTING_URL = "https://harbour.example/"
DATE = "2026-03-01T12:00:00Z"


def record(kind="response", url=LISTING_URL, block=b"", date=DATE, version="1.0", **headers):
    """A record of a WARC file; the names of headers have `_` for `-`."""
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", f"WARC-Date: {date}"]
    if url:
        lines.append(f"WARC-Target-URI: {url}")
    stated = {"Content-Length": str(len(block))}
    stated |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines += [f"{name}: {value}" for name, value in stated.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def http(body=b"", status="200 OK", content_type="text/html", version="HTTP/1.1", **headers):
    """A response as it comes over the wire."""
    lines = [f"{version} {status}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body, size=100):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])


def members(*records):
    """The records with a gzip member for each."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def arc(*responses, version=1):
    """An ARC file of (URL, response)."""
    more = "200 - - 0 some.arc.gz " if version == 2 else ""
    intro = f"{version} 0 Some Crawler\nURL IP-address Archive-date Content-type Archive-length\n".encode()
    blocks = [("filedesc://some.arc", intro), *responses]
    return b"\n".join(
        f"{url} 192.0.2.1 20260301120000 text/html {more}{len(block)}\n".encode() + block
        for url, block in blocks
    )


def sha1(payload):
    return "sha1:" + base64.b32encode(hashlib.sha1(payload).digest()).decode()  # noqa: S324 - as WARC files have it


def wacz(warcs, compression=zipfile.ZIP_STORED, index=True, **others):
    """A WACZ file of WARC files by name; `others` are more files, by names with `__` for `/`."""
    files = {f"archive/{name}": data for name, data in warcs.items()}
    resources = [
        {"name": name, "path": name, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
        for name, data in files.items()
    ]
    if index:
        package = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": resources})
        digest = hashlib.sha256(package.encode()).hexdigest()
        files["datapackage.json"] = package.encode()
        files["datapackage-digest.json"] = json.dumps(
            {"path": "datapackage.json", "hash": f"sha256:{digest}"}
        ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in (files | others).items():
            archive.writestr(name, data)
    return out.getvalue()
