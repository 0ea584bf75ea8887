"""Pages of documentation as sessions: their blocks run in order, and have to print what the page shows.

A page in Markdown goes in; a block that fails, or that prints something else than the page shows, is an
AssertionError. The conventions, all visible to a reader of the page:

- `console`: each `$ command` runs, by bash where it is not archiver's. The lines below it are its output,
  first standard output, then standard error, and `...` stands for anything. Without such lines only its exit
  code is looked at: it has to be 0, unless `$ echo $?` follows and says otherwise.
- `python`: runs in the namespace of the page; a `text` block right behind it is what it prints.
- any other block below a line that ends with a name in backticks and a colon is written to this file.
- a `text` block elsewhere, `mermaid`, `yaml`, `ini` and directives of Sphinx are only shown.

With ARCHIVER_WRITE_DOCS in the environment, a page gets the outputs that differ; the output `?` asks for one.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

WRITES = "ARCHIVER_WRITE_DOCS" in os.environ
"""Read when the module is loaded: no setting of the environment reaches a test."""

BLOCK = re.compile(
    r"(?:`(?P<file>[^`\n]+)`[^`\n]*:\n\n)?^```(?P<language>[^`\n]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SHOWN = {"mermaid", "yaml", "ini", "sh", "sql", "text"}
SHELL = re.compile(r"[|<>;&$*\\`]")


class Session:
    """The run of one page. `stands_for` has what commands get in place of what the page shows."""

    def __init__(self, run: Callable, stands_for: Mapping[str, str]) -> None:
        self.run = run
        self.stands_for = stands_for
        self.namespace: dict[str, object] = {"__name__": "__main__"}
        self.code = 0
        self.printed: str | None = None
        self.tools = Path("tools-of-the-session").absolute()

    def play(self, page: str) -> str:
        """Run all blocks of a page; return it with the outputs that came."""
        return BLOCK.sub(self._play_block, page)

    def _play_block(self, block: re.Match[str]) -> str:
        language, text = block["language"], block["text"]
        printed, self.printed = self.printed, None
        if language == "console":
            came = self._console(text)
        elif language == "python":
            self.printed = self._python(text)
            came = text
        elif (
            language == "text"
            and not block["file"]
            and printed is not None
            and block.string[: block.start()].endswith("```\n\n")
        ):
            came = compared(text, printed)
        elif (language in SHOWN or language.startswith("{")) and not block["file"]:
            came = text
        else:
            assert block["file"], f"which file has this {language or 'block'}?\n{text}"
            Path(block["file"]).parent.mkdir(parents=True, exist_ok=True)
            Path(block["file"]).write_text(text, encoding="utf-8")
            came = text
        start, end = (place - block.start() for place in block.span("text"))
        return block[0][:start] + came + block[0][end:]

    def _console(self, text: str) -> str:
        steps = re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
        came = []
        for number, (command, shown) in enumerate(steps):
            output = self._command(command)
            if number + 1 == len(steps) or steps[number + 1][0] != "echo $?":
                assert self.code == 0, f"$ {command}\n{output}"
            came.append(f"$ {command}\n" + (compared(shown, output, command) if shown else ""))
        assert "".join(f"$ {command}\n{shown}" for command, shown in steps) == text, "no command above"
        return "".join(came)

    def _command(self, command: str) -> str:
        if command.startswith("pip install "):
            assert command.split()[2:] == ["listing-archiver"]
            return ""
        if command == "echo $?":
            code, self.code = self.code, 0
            return f"{code}\n"
        for shown, real in self.stands_for.items():
            command = command.replace(shown, real)
        command = command.replace("\\\n", " ")
        if command.startswith("archiver ") and not SHELL.search(re.sub("'[^']*'", "", command)):
            ran = self.run(*shlex.split(command)[1:])
            self.code, output = ran.code, ran.out.decode() + ran.err
        else:
            done = subprocess.run(
                ["bash", "-c", command], capture_output=True, text=True, check=False, env=self._environment()
            )
            self.code, output = done.returncode, done.stdout + done.stderr
        for shown, real in self.stands_for.items():
            output = output.replace(real, shown)
        return output

    def _environment(self) -> dict[str, str]:
        """Return one in which `archiver` is the program under test."""
        self.tools.mkdir(exist_ok=True)
        program = self.tools / "archiver"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m archiver "$@"\n')
        program.chmod(0o755)
        places = [str(self.tools), str(Path(sys.executable).parent), os.environ["PATH"]]
        return os.environ | {"PATH": os.pathsep.join(places)}

    def _python(self, text: str) -> str:
        for shown, real in self.stands_for.items():
            text = text.replace(shown, real)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(text, "page.md", "exec"), self.namespace)  # noqa: S102 - our own text
        return printed.getvalue()


def compared(shown: str, output: str, command: str = "") -> str:
    """Return the output that a page is to show; raise AssertionError where it shows another."""
    output = "".join(f"{line.rstrip()}\n" for line in output.splitlines())
    pattern = ".*".join(re.escape(part) for part in re.split(r"\.\.\.", shown))
    if re.fullmatch(pattern.replace(r".*\n", r"(?:.*\n)?"), output, re.DOTALL):
        return shown
    differs = (textwrap.indent(text, "  ") for text in (shown, output))
    assert WRITES, "$ {}\nthe page shows\n{}but there came\n{}".format(command, *differs)
    return output
