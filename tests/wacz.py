"""What a WACZ 1.1.1 has to be and `wacz validate` does not look at: https://specs.webrecorder.net/wacz/1.1.1/."""

import gzip
import hashlib
import json
import zipfile
from pathlib import Path


def wacz_faults(path: Path) -> list[str]:
    """Return what is wrong with a WACZ, a line for each fault."""
    with zipfile.ZipFile(path) as wacz:
        names = wacz.namelist()
        needed = ["datapackage.json", "pages/pages.jsonl"]
        faults = [f"{name}: is missing" for name in needed if name not in names]
        faults += [
            f"{folder}: is empty"
            for folder in ("archive/", "indexes/")
            if not any(name.startswith(folder) for name in names)
        ]
        if len(set(names)) < len(names):
            faults.append("two entries have one name")
        faults += [
            f"{entry.filename}: is deflated, no reader can seek in it"
            for entry in wacz.infolist()
            if entry.filename.endswith(".gz") and entry.compress_type != zipfile.ZIP_STORED
        ]
        if not faults:
            faults += _package_faults(wacz) + _page_faults(wacz) + _index_faults(wacz)
    return faults


def _package_faults(wacz: zipfile.ZipFile) -> list[str]:
    data = wacz.read("datapackage.json")
    listed = {resource["path"]: resource for resource in json.loads(data)["resources"]}
    faults = []
    for name in set(wacz.namelist()) - {"datapackage.json", "datapackage-digest.json"} | listed.keys():
        content = wacz.read(name) if name in wacz.namelist() else b""
        found = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        if not found.items() <= listed.get(name, {}).items():
            faults.append(f"{name}: is not what datapackage.json says")
    digest = json.loads(wacz.read("datapackage-digest.json"))
    if digest != {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}:
        faults.append("datapackage-digest.json: is not that of datapackage.json")
    return faults


def _page_faults(wacz: zipfile.ZipFile) -> list[str]:
    head, *pages = (json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines())
    faults = [] if head["format"] == "json-pages-1.0" else ["pages.jsonl: has no head"]
    return faults + [
        f"a page without url or ts: {page}" for page in pages if not {"url", "ts"} <= page.keys()
    ]


def _index_faults(wacz: zipfile.ZipFile) -> list[str]:
    """The second index leads to the blocks of the first, and that to records; both are sorted by bytes."""
    packed = wacz.read("indexes/index.cdx.gz")
    lines = gzip.decompress(packed).splitlines()
    meta, *leads = wacz.read("indexes/index.idx").splitlines()
    faults = [] if meta.startswith(b"!meta 0 {") else ["index.idx: has no head"]
    if lines != sorted(lines) or leads != sorted(leads):
        faults.append("an index is not sorted")
    at = 0
    for lead in leads:
        key, _, place = lead.partition(b"{")
        block = json.loads(b"{" + place)
        data = packed[at : at + block["length"]]
        if block["offset"] != at or not gzip.decompress(data).startswith(key):
            faults.append(f"index.idx: {lead!r} does not lead to its block")
        at += block["length"]
    for line in lines:
        entry = json.loads(line[line.index(b"{") :])
        offset, length = int(entry["offset"]), int(entry["length"])
        record = wacz.read(f"archive/{entry['filename']}")[offset : offset + length]
        if f"WARC-Target-URI: {entry['url']}\r\n".encode() not in gzip.decompress(record):
            faults.append(f"index.cdx.gz: {line!r} does not lead to its record")
    return faults if at == len(packed) else [*faults, "index.idx: does not lead to every block"]
