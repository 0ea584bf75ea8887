"""Mutants: each weight that a decision rests on is set to 0, and the tests that hold it must fail.

    .venv/bin/python benchmarks/mutants.py [WEIGHT ...]

Prints which test each mutant fails, and the survivors: weights that no test needs. Exits with 1 where there
is a survivor. The weights are the fields or the items of the values in `CONTAINERS`; for further ones, add a
line there.
Each mutant is a process of its own, where pytest changes the value before it collects the tests: the package
knows nothing of it.
"""

import argparse
import contextlib
import importlib
import io
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
IMPORTED = ["pytest", "archiver.cli.app"]
"""What each process would import anew: it is imported once, and the processes are forked."""
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


class Container(NamedTuple):
    """A dataclass whose fields are weights, or a dict of weights, and the tests that hold them."""

    module: str
    name: str
    tests: str

    def value(self) -> Any:
        return attrgetter(self.name)(importlib.import_module(self.module))

    def weights(self) -> list[str]:
        value = self.value()
        return list(value) if isinstance(value, dict) else [field.name for field in fields(value)]

    def clear(self, weight: str) -> None:
        """Set a weight to 0, in this process."""
        value = self.value()
        if isinstance(value, dict):
            value[weight] = 0
        else:
            object.__setattr__(value, weight, 0)  # the value is frozen


CONTAINERS = (
    Container("archiver.parse.listing.score", "WEIGHTS", "tests/parse/listing"),
    Container("archiver.parse.listing.model", "MODEL.weights", "tests/parse/listing"),
    Container("archiver.parse.pager.next_page", "WEIGHTS", "tests/parse/pager"),
    Container("archiver.dedupe.evidence.weights", "WEIGHTS", "tests/dedupe/evidence/test_weights.py"),
)


class Mutant(NamedTuple):
    """A container with one weight at 0; without a weight, the container as it is."""

    container: Container
    weight: str | None

    def apply(self) -> None:
        if self.weight:
            self.container.clear(self.weight)

    def __str__(self) -> str:
        return f"{self.container.module}:{self.container.name}.{self.weight}"


@dataclass
class Plugin:
    """What pytest does of a mutant: it applies it, and keeps the name of the first test that fails."""

    mutant: Mutant
    failed: str = ""

    def pytest_sessionstart(self) -> None:
        self.mutant.apply()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def first_failure(mutant: Mutant) -> str:
    """The test that the mutant fails, empty where it survives. For a process of its own."""
    os.chdir(ROOT)
    plugin, output = Plugin(mutant), io.StringIO()
    with contextlib.redirect_stdout(output):
        code = pytest.main([*OPTIONS, mutant.container.tests], plugins=[plugin])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"{mutant}: the tests did not run\n{output.getvalue()}")
    return plugin.failed


def mutants(container: Container, wanted: list[str]) -> list[Mutant]:
    return [Mutant(container, name) for name in container.weights() if not wanted or name in wanted]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("weights", nargs="*", metavar="WEIGHT", help="names of fields; all, if none is given")
    wanted = parser.parse_args().weights
    start = time.monotonic()
    tried = [mutant for container in CONTAINERS for mutant in mutants(container, wanted)]
    if not tried:
        parser.error(f"no weight has such a name: {', '.join(wanted)}")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    with ProcessPoolExecutor(mp_context=context, max_tasks_per_child=1) as pool:
        unchanged = [Mutant(container, None) for container in CONTAINERS]
        for mutant, test in zip(unchanged, pool.map(first_failure, unchanged), strict=True):
            if test:
                sys.exit(f"{mutant.container.tests}: {test} fails without a mutant")
        survivors = []
        for mutant, test in zip(tried, pool.map(first_failure, tried), strict=True):
            print(f"{mutant}  {f'fails {test}' if test else 'SURVIVES'}", flush=True)
            if not test:
                survivors.append(mutant)
    print(f"{len(tried)} mutants, {len(survivors)} survive ({time.monotonic() - start:.0f} s)")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
