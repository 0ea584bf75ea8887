"""Whatever a page, a path or an answer holds: no control character of it reaches a terminal."""

import asyncio
import contextlib
import json
import os
import re
import sys
import tempfile
import unicodedata
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from archiver.cli.app import main
from archiver.cli.terminal import printable
from tests.servers import fault_server, says
from tests.terminals import on_a_terminal, pseudo_terminal

CONTROLS = "\x07\x08\t\n\x0b\r\x1b\x7f\x85\x90\x9b\x9d\u2028\u2029\u202a\u202e\u2066\u2069"
SEQUENCES = ("\x1b]0;pwned\x07", "\x1b[5m", "\x9b2J", "\x1bc", "\r\nok: ", "\u202egpj.")
OF_RICH = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|2K|\dA)|\r(?=\r?\n|\x1b|$)")
"""Styles, and what a display needs to redraw itself. Those of the hostile texts would blink."""
BLINK = re.compile(r"\x1b\[5m")

hostile = st.builds(
    "{}{}{}".format,
    st.text("abc storm", max_size=8),
    st.sampled_from(SEQUENCES) | st.text(CONTROLS + "\udc80", min_size=1, max_size=6),
    st.text("äö bell潮", min_size=1, max_size=300),
)


def unsafe(written):
    """The characters that rich did not write and that steer a terminal, in what it was given."""
    assert not BLINK.search(written)
    text = OF_RICH.sub("", written).replace("\n", "")
    return {c for c in text if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") or c in CONTROLS}


def shown_on_a_terminal(*arguments):
    """What the command writes to standard output and standard error where both are a terminal."""
    with pseudo_terminal(80) as (writer, shown):
        streams = [open(os.dup(writer), "w", encoding="utf-8") for _ in range(2)]  # noqa: SIM115, PTH123
        with (
            mock.patch.multiple(sys, stdout=streams[0], stderr=streams[1], argv=["archiver", *arguments]),
            mock.patch.dict(os.environ, {"TERM": "xterm"}),
            contextlib.suppress(SystemExit),
        ):
            main()
        for stream in streams:
            stream.close()
    return shown[0]


@given(text=hostile)
def test_a_printable_text_is_a_line_and_twice_is_once(text):
    assert unsafe(printable(text)) == set()
    assert printable(printable(text)) == printable(text)
    assert json.loads(f'"{printable(text)}"') == text  # the escapes are those of JSON


@settings(max_examples=4, phases=(Phase.explicit, Phase.generate))  # to shrink would take minutes
@given(text=hostile, other=hostile)
def test_no_command_lets_a_control_character_through(text, other):
    name = text.encode("utf-8", "replace").decode().replace("/", "_")[:40]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        cards = [
            {
                "title": f"storm {text}",
                "url": f"https://a.example/{text}",
                "excerpt": f"{other} {'bell ' * 40}",
            },
            {"title": f"storm {other}", "author": text, "categories": [other], "tags": [text]},
            {
                "title": f"storm {text}!",
                "url": f"https://a.example/{text}",
                "excerpt": f"{other} {'bell ' * 41}",
            },
        ]
        records, page = work / f"{name}.jsonl", work / f"{name}.html"
        records.write_text("".join(f"{json.dumps(card)}\n" for card in cards) + f'{{"{name}\n[]\n')
        items = "".join(f"<li><h2><a href='/{n}{text}'>{text} {n}</a></h2><p>{other}</p>" for n in range(5))
        page.write_bytes(f"<title>{text}</title><ul>{items}</ul>".encode(errors="replace"))
        (work / f"{name}.pdf").write_bytes(b"")
        archive = ("--archive", str(work / name))

        def on(*arguments):
            written = shown_on_a_terminal(*archive, *map(str, arguments))
            assert unsafe(written) == set(), arguments
            return written

        on("-v", "crawl", records, page, work / f"{name}.pdf", work / f"missing {name}")
        on("--log-format", "json", "crawl", records)
        on("dedupe")
        on("export", "cards", "--format", "csv")
        rows = json.loads(on("export", "cards"))
        post, *others = dict.fromkeys(row["post_id"] for row in rows)
        for arguments in (
            *(["posts"], ["posts", "--review"], ["posts", "--json"], ["status"], ["search", "storm"]),
            *(["show", post], ["show", post, "--json"], ["show", name], ["explain", post], ["explain", name]),
            *(["explain", post, other] for other in others[:1]),
            *(["merge", post, other] for other in others[:1]),
            *(["inspect", page], ["inspect", page, "--json"], ["inspect", page, "--rule"]),
            *(["export", "captures", "--format", "csv"], ["export", "-o", work / name / name / name]),
            *([name], ["posts", f"--{name}"], ["crawl", "--max-pages", name, "x"], ["search", f"'{name}"]),
            *(["crawl", f"http://{name}/"], ["inspect", f"http://127.0.0.1:1/{name}"]),
        ):
            on(*arguments)
        for warc in (work / name / "warc").iterdir():
            warc.write_bytes(warc.read_bytes()[:-200])
        (work / name / "warc" / f"{name}.warc.gz").write_bytes(b"")
        on("verify")
        on("rebuild")
        (work / name / "archiver.toml").write_text(f"[[rules]]\n{json.dumps(text)} = {json.dumps(other)}")
        on("inspect", page)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 404 No \x1b]0;pwned\x07\xc2\x9b2J way\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\x1b[5m\xe2\x80\xae\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: gopher://\xc2\x9b5m\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: \x1b[5m\r\n",
        b"HTTP/1.1 429 \x1b[5m\r\nRetry-After: 9\x1b[5m99\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\x1b[5m\r\nbad \x1b[5m header\r\n",
    ],
)
def test_no_answer_steers_the_terminal(tmp_path, head):
    async def crawled():
        async with fault_server(says(head + b"Content-Length: 0\r\nConnection: close\r\n\r\n")) as url:
            command = [
                sys.executable,
                "-m",
                "archiver",
                "--archive",
                tmp_path,
                "-v",
                "crawl",
                "--retries",
                "0",
            ]
            return await asyncio.to_thread(on_a_terminal, [*command, url + "/"])

    written, _, code = asyncio.run(crawled())
    assert code in (0, 1)
    assert "captures" in written
    assert unsafe(written) == set()
