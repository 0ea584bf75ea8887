"""Pseudo-terminals for the tests: what a program writes to one, and what a person then sees on it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from contextlib import contextmanager

ROWS = 24


@contextmanager
def pseudo_terminal(columns=80):
    """A terminal: the descriptor to write to, and a list that gets, at the end, all that was written."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    shown = []

    def read():
        data = b""
        while True:
            try:
                piece = os.read(reader, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            data += piece
        shown.append(data.decode(errors="surrogateescape"))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield writer, shown
    finally:
        os.close(writer)
        thread.join()
        os.close(reader)


def on_a_terminal(command, columns=80, **environment):
    """The command's standard error as a terminal gets it, standard output, exit code."""
    settings = os.environ | {"TERM": "xterm"} | environment
    settings.pop("COLUMNS", None)
    with pseudo_terminal(columns) as (writer, shown):
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=writer, env=settings, check=False)
    return shown[0], ran.stdout, ran.returncode


_STEP = re.compile(r"\x1b\[\??([\d;]*)([A-Za-z])|[\r\n]|[^\x1b\r\n]+")


def screen(written, columns):
    """The lines that a person sees, also by scrolling back, after a program wrote this to a terminal.

    Only what rich writes is known: other sequences are an error. A line that was wrapped by the terminal
    comes out whole.
    """
    rows, wrapped, row, column = [""], [False], 0, 0
    position = 0
    for step in _STEP.finditer(written):
        assert step.start() == position, repr(written[position : position + 20])
        position = step.end()
        if step[0] == "\r":
            column = 0
        elif step[0] == "\n":
            row += 1
            if row == len(rows):
                rows.append("")
                wrapped.append(False)
        elif step[2] is None:
            for letter in step[0]:
                if column == columns:
                    row, column = row + 1, 0
                    rows[row:] = rows[row:] or [""]
                    wrapped[row:] = [True, *wrapped[row + 1 :]]
                rows[row] = rows[row].ljust(column)[:column] + letter + rows[row][column + 1 :]
                column += 1
        elif step[2] == "A":
            row = max(0, row - int(step[1] or 1))
        elif step[2] == "K":
            assert step[1] == "2"
            rows[row] = ""
            wrapped[row] = False
        else:
            assert step[2] in "mhl", step[0]
    assert position == len(written)
    lines: list[str] = []
    for text, goes_on in zip(rows, wrapped, strict=True):
        if goes_on and lines:
            lines[-1] += text
        else:
            lines.append(text)
    return [line.rstrip() for line in lines]
