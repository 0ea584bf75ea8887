"""Draw docs/picture.svg, what a terminal shows for a post of the sample captures: `make reference`.

The text is that of a real run. The SVG names no font and no file from elsewhere; `tests/test_docs.py` compares
its text with what the program prints.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "picture.svg"
POST = "672c0dc6"
COLUMNS = 100

FORMAT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>archiver show: a post with two revisions</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; \
line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#ffffff" stroke="#c0c0c0"/>
<g transform="translate({terminal_x}, 12)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def terminal_text() -> str:
    """Return what `archiver show` prints on a terminal, with its styles as ANSI sequences."""
    with tempfile.TemporaryDirectory() as folder:

        def archiver(*arguments: str) -> str:
            run = [sys.executable, "-m", "archiver", "--archive", folder, *arguments]
            settings = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
            return subprocess.run(
                run, check=True, capture_output=True, text=True, env=settings, cwd=ROOT
            ).stdout

        archiver("crawl", "data/sample", "--base-url", "https://harbour.example/")
        archiver("dedupe")
        return archiver("show", POST)


def picture(text: str) -> str:
    """Return the SVG of a text with ANSI sequences."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text.from_ansi(f"$ archiver show {POST}\n{text}"))
    return console.export_svg(
        theme=DEFAULT_TERMINAL_THEME, code_format=FORMAT, unique_id="terminal", title="archiver"
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(terminal_text()), encoding="utf-8")
