"""Measure how much faster an archive is read again on all cores than on one.

    python benchmarks/reparse.py FOLDER [ROUNDS]

Keeps every saved page of FOLDER in an archive, then reads all of it again (`archiver reparse`), bound to one
core and on all in turns, each round by a program of its own. Prints pages a second by the clock (the best
round of each, since other programs can only slow it down) and the CPU seconds, with both ratios. That by CPU
is the number of cores less what it costs to use them all: what a machine without other programs would show.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archiver.archive import Archive
from archiver.store import Store

ROUNDS = 3


def reparse(folder: Path, cores: set[int]) -> tuple[float, float]:
    """The seconds by the clock and of CPU that reading all pages again takes on these cores."""
    with Store(folder, "write") as store, store.atomic():
        store.db.execute("UPDATE pages SET parser_version = NULL")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "archiver", "--archive", folder, "reparse"],
        check=True,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime - used.ru_utime + after.ru_stime - used.ru_stime


def main() -> None:
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    cores = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "archive"
        pages = sum(outcome.new for outcome in Archive(folder).crawl([sys.argv[1]]))
        one, all_ = [], []
        for _ in range(rounds):
            one.append(reparse(folder, {min(cores)}))
            all_.append(reparse(folder, cores))
    best_one, best_all = min(s for s, _ in one), min(s for s, _ in all_)
    cpu_one, cpu_all = min(c for _, c in one), min(c for _, c in all_)
    print(f"{pages} pages, {rounds} rounds")
    print(f"one core    {pages / best_one:8.0f} pages/s, {cpu_one:6.2f} CPU seconds")
    print(f"{len(cores)} cores     {pages / best_all:8.0f} pages/s, {cpu_all:6.2f} CPU seconds")
    print(f"ratio       {best_one / best_all:8.2f} by the clock, {cpu_one / cpu_all * len(cores):.2f} by CPU")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
