"""Print on which platforms and Pythons the project installs without a compiler.

    python benchmarks/wheels.py

Reads the installed project's dependencies, direct and indirect, and asks the package index that pip is
configured with for the files of each. Prints the table of docs/platforms.md: in each cell the Pythons
for which the newest allowed release has a wheel. An older release with a wheel does not count, because pip
prefers the newer source archive.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from itertools import chain
from urllib.request import Request, urlopen

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version
from pip._internal.models.index import PyPI  # `pip config` does not say which index is the default

PROJECT = "listing-archiver"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
JSON_INDEX = "application/vnd.pypi.simple.v1+json"


def linux(architecture: str, libc: str) -> tuple[str, ...]:
    """Return the platform tags of a Linux with glibc 2.28 (2018) or musl 1.2 (2020), and of older ones."""
    if libc == "musl":
        return tuple(f"musllinux_1_{minor}_{architecture}" for minor in (2, 1))
    return (
        *(f"manylinux_2_{minor}_{architecture}" for minor in range(28, 16, -1)),
        *(f"manylinux{year}_{architecture}" for year in ("2014", "2010", "1")),
    )


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform as wheels name it (`tags`) and as environment markers do."""

    name: str
    tags: tuple[str, ...]
    system: str
    sys_platform: str
    os_name: str = "posix"

    def environment(self, python: str) -> dict[str, str]:
        """Return what environment markers see on this platform, besides the architecture."""
        return {
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "python_version": python,
            "python_full_version": f"{python}.0",
            "platform_system": self.system,
            "sys_platform": self.sys_platform,
            "os_name": self.os_name,
        }


PLATFORMS = (
    Platform("Linux x86_64", linux("x86_64", "glibc"), "Linux", "linux"),
    Platform("Linux aarch64", linux("aarch64", "glibc"), "Linux", "linux"),
    Platform("musl x86_64", linux("x86_64", "musl"), "Linux", "linux"),
    Platform("musl aarch64", linux("aarch64", "musl"), "Linux", "linux"),
    Platform("macOS x86_64", tuple(mac_platforms((14, 0), "x86_64")), "Darwin", "darwin"),
    Platform("macOS arm64", tuple(mac_platforms((14, 0), "arm64")), "Darwin", "darwin"),
    Platform("Windows x86_64", ("win_amd64",), "Windows", "win32", "nt"),
    Platform("Windows arm64", ("win_arm64",), "Windows", "win32", "nt"),
)


@dataclass(frozen=True, slots=True)
class Release:
    """One version as the index has it for one range of Pythons; `tags` is empty if it has no wheel."""

    version: Version
    pythons: SpecifierSet
    tags: frozenset[Tag]


def index_url() -> str:
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    configured = re.findall(r"^(?:global|install|:env:)\.index-url='(.*)'$", listed, re.MULTILINE)
    return configured[-1] if configured else PyPI.simple_url


def needed(requirement: Requirement, extra: str) -> bool:
    """Return whether any of the platforms and Pythons needs this requirement."""
    return requirement.marker is None or any(
        requirement.marker.evaluate(platform.environment(python) | {"extra": extra})
        for platform in PLATFORMS
        for python in PYTHONS
    )


def dependencies() -> dict[str, SpecifierSet]:
    """Return all runtime dependencies with the versions that the installed packages allow."""
    allowed: dict[str, SpecifierSet] = {}
    seen = set()
    waiting = [(PROJECT, "")]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            lines = requires(name) or []
        except PackageNotFoundError:  # needed on another platform than this one
            continue
        for requirement in map(Requirement, lines):
            if needed(requirement, extra):
                key = canonicalize_name(requirement.name)
                allowed[key] = allowed.get(key, SpecifierSet()) & requirement.specifier
                waiting += [(key, wanted) for wanted in ("", *requirement.extras)]
    return dict(sorted(allowed.items()))


def releases(name: str, url: str) -> Iterator[Release]:
    request = Request(f"{url.rstrip('/')}/{name}/", headers={"Accept": JSON_INDEX})  # noqa: S310 - pip's own URL
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        files = json.load(answer)["files"]
    for file in files:
        if file.get("yanked"):
            continue
        try:
            pythons = SpecifierSet(file.get("requires-python") or "")
            if file["filename"].endswith(".whl"):
                _, version, _, tags = parse_wheel_filename(file["filename"])
            else:
                (_, version), tags = parse_sdist_filename(file["filename"]), frozenset()
        except (InvalidSdistFilename, InvalidSpecifier, InvalidWheelFilename):  # of old releases
            continue
        yield Release(version, pythons, tags)


def has_wheel(files: list[Release], allowed: SpecifierSet, platform: Platform, python: str) -> bool:
    """Return whether the newest release that pip may take on this platform has a wheel for it."""
    fitting = [
        file
        for file in files
        if file.version in allowed and not file.version.is_prerelease and f"{python}.99" in file.pythons
    ]
    newest = max(file.version for file in fitting)
    number = tuple(map(int, python.split(".")))
    abi = "cp" + python.replace(".", "")
    tags = set(chain(cpython_tags(number, [abi], platform.tags), compatible_tags(number, abi, platform.tags)))
    return any(file.version == newest and not tags.isdisjoint(file.tags) for file in fitting)


def cell(pythons: list[str]) -> str:
    """Return the Pythons in short: `3.11-3.14`, `3.11, 3.13`, or a dash for none."""
    if len(pythons) > 1 and PYTHONS.index(pythons[-1]) - PYTHONS.index(pythons[0]) == len(pythons) - 1:
        return f"{pythons[0]}-{pythons[-1]}"
    return ", ".join(pythons) or "-"


def main() -> None:
    allowed = dependencies()
    url = index_url()
    with ThreadPoolExecutor(4) as pool:
        files = dict(zip(allowed, pool.map(lambda name: list(releases(name, url)), allowed), strict=True))
    wheels = {
        (name, platform.name, python): has_wheel(files[name], allowed[name], platform, python)
        for name in allowed
        for platform in PLATFORMS
        for python in PYTHONS
    }
    lacking = [n for n in allowed if not all(has for (name, _, _), has in wheels.items() if name == n)]
    print("| package |", " | ".join(platform.name for platform in PLATFORMS), "|")
    print("|---|" + "---|" * len(PLATFORMS))
    for label, names in (*((name, [name]) for name in lacking), ("**all of them**", list(allowed))):
        cells = (
            cell([python for python in PYTHONS if all(wheels[name, platform.name, python] for name in names)])
            for platform in PLATFORMS
        )
        print(f"| {label} |", " | ".join(cells), "|")
    print()
    print("With wheels for all of these:", ", ".join(name for name in allowed if name not in lacking))


if __name__ == "__main__":
    main()
