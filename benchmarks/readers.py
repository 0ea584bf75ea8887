"""Read exports back with other programs, and compare what they read with the rows of the archive.

    python benchmarks/readers.py [ARCHIVE]

Without an archive, the sample captures and a file of hostile card records are crawled into one. Read are JSON
Lines and CSV by pandas, DuckDB, csvkit and jq, Parquet by pandas, DuckDB and polars, a Data Package by
frictionless, Atom by feedparser. LibreOffice, where it is installed, opens the CSV with semicolons and tabs
as separators, too, and evaluates formulas: it must find none. Prints a line for each; exits with 1 where one
differs.
"""

import csv
import datetime
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import feedparser
import frictionless
import pandas
import polars

from archiver import Archive, ImportOptions
from archiver.export.columns import NESTED
from archiver.rows import KINDS

ROOT = Path(__file__).parent.parent
HOSTILE = (
    *("=1+1", "+1", "-2", "@SUM(A1)", "=HYPERLINK(1)", "＝1+1", "a;=1+1", '"=1+1', "=cmd|'/c calc'!A0"),
    *("]]>", "<script>alert(1)</script>", "\x00\x01\x1f", "\ufffe", "a\r\nb\tc\u2028d", "---\nx: y\n---"),
    *("007", "1e5", "TRUE", "2026-01-01", "NULL", "N/A", "nan", "海の日、港の日", 'a, "b"'),
)
# what a file is opened with: separators, quote, UTF-8, first line, and that formulas are evaluated
LIBREOFFICE = "CSV:44/59/9,34,76,1,,0,false,true,false,false,false,-1"


def plain(value):
    """A value as JSON has it, whatever types a program reads it as."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return list(map(plain, value))
    if value is None or value is pandas.NaT or value != value:  # NaN alone is not itself
        return None
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value) if isinstance(value, datetime.date) else value


def cells(row):
    """A row as CSV has it: texts alone."""
    flat = {
        f"{name}.{part}" if part else name: (value[part] if part else value)
        for name, value in row.items()
        for part in NESTED.get(name, ("",))
    }
    return {name: cell(value) for name, value in flat.items()}


def cell(value):
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return "; ".join(value)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)


def from_duckdb(query):
    with duckdb.connect() as db:
        db.execute("SET timezone = 'UTC'")
        found = db.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, map(plain, row), strict=True)) for row in found.fetchall()]


def from_csvkit(path):
    limit = ["--maxfieldsize", "10000000"]
    done = subprocess.run([tool("csvformat"), *limit, "-U", "1", path], capture_output=True, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))


def from_jq(path):
    done = subprocess.run([shutil.which("jq") or "jq", "-c", ".", path], capture_output=True, check=True)
    return list(map(json.loads, done.stdout.splitlines()))


def from_frictionless(folder, kind):
    report = frictionless.validate(folder / "datapackage.json")
    if not report.valid:
        sys.exit(f"{folder}: {report.flatten(['type', 'message'])}")
    return [
        plain(row.to_dict())
        for row in frictionless.Package(folder / "datapackage.json").get_resource(kind).read_rows()
    ]


def listed(row):
    """A row whose empty lists are missing values, as in CSV."""
    return {name: None if value == [] else value for name, value in row.items()}


def tool(name):
    return Path(sys.executable).parent / name


def formulas(path):
    """The formulas that LibreOffice finds in a CSV file."""
    subprocess.run(
        [
            shutil.which("soffice") or "soffice",
            "--headless",
            f"--infilter={LIBREOFFICE}",
            "--convert-to",
            "fods",
            "--outdir",
            path.parent,
            path,
        ],
        capture_output=True,
        check=True,
    )
    return re.findall(r'table:formula="([^"]*)"', path.with_suffix(".fods").read_text("utf-8"))


def main() -> None:
    failed = False

    def compare(name, read, expected):
        nonlocal failed
        differing = sum(one != other for one, other in zip(read, expected, strict=False))
        differing += abs(len(read) - len(expected))
        failed |= differing > 0
        print(f"{name:32} {len(read):7} {'equal' if not differing else f'{differing} DIFFER'}")

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        archive = Archive(sys.argv[1]) if len(sys.argv) > 1 else hostile_archive(folder)
        package = archive.export("posts", folder / "package", "datapackage", csv_raw=True)
        for kind in KINDS:
            rows = list(archive.rows(kind))
            flat = list(map(cells, rows))
            lines, table, columns = (
                archive.export(kind, folder / f"{kind}.{form}", csv_raw=True)
                for form in ("jsonl", "csv", "parquet")
            )
            compare(f"{kind}.jsonl, jq", from_jq(lines), rows)
            frame = pandas.read_json(lines, lines=True, dtype=False)
            compare(f"{kind}.jsonl, pandas", len(frame) * [0], len(rows) * [0])
            frame = pandas.read_csv(table, dtype=str, keep_default_na=False)
            compare(f"{kind}.csv, pandas", frame.to_dict("records"), flat)
            read = from_duckdb(
                f"FROM read_csv('{table}', all_varchar = true, header = true, max_line_size = 100000000)"
            )
            compare(f"{kind}.csv, DuckDB", [{n: v or "" for n, v in row.items()} for row in read], flat)
            compare(f"{kind}.csv, csvkit", from_csvkit(table), flat)
            read = list(map(plain, pandas.read_parquet(columns).to_dict("records")))
            compare(f"{kind}.parquet, pandas", read, rows)
            compare(f"{kind}.parquet, DuckDB", from_duckdb(f"FROM '{columns}'"), rows)
            compare(
                f"{kind}.parquet, polars", list(map(plain, polars.read_parquet(columns).to_dicts())), rows
            )
            one_level = [
                listed(
                    {
                        f"{n}.{p}" if p else n: (v[p] if p else v)
                        for n, v in row.items()
                        for p in NESTED.get(n, ("",))
                    }
                )
                for row in rows
            ]
            compare(f"{kind}, frictionless", from_frictionless(package, kind), one_level)
            if shutil.which("soffice"):
                compare(
                    f"{kind}.csv, LibreOffice",
                    formulas(archive.export(kind, folder / f"{kind}-safe.csv")),
                    [],
                )
        parsed = feedparser.parse(archive.export("posts", folder / "posts.atom").read_bytes())
        posts = list(archive.rows("posts"))
        compare(
            "posts.atom, feedparser",
            [entry.title for entry in parsed.entries],
            [(row["title"] or "").replace("\ufffe", "\ufffd") for row in posts],
        )
    sys.exit(1 if failed else 0)


def hostile_archive(folder: Path) -> Archive:
    archive = Archive(folder / "archive")
    with (folder / "cards.jsonl").open("w") as file:
        for number, text in enumerate(HOSTILE):
            card = {"url": f"https://a.example/{number}", "date": f"2026-01-{number + 1:02}"}
            card |= dict.fromkeys(("title", "author", "excerpt"), text) | {
                "categories": [text],
                "tags": [text],
            }
            place = {"capture_url": "https://a.example/", "captured_at": "2026-02-01T00:00:00Z"}
            file.write(json.dumps(card | place) + "\n")
    archive.crawl(
        [folder / "cards.jsonl", ROOT / "data" / "sample"],
        imports=ImportOptions(base_url="https://harbour.example/"),
    )
    archive.dedupe()
    return archive


if __name__ == "__main__":
    main()
