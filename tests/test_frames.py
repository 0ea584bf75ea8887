"""The rows of an archive in pandas and polars, as the docs show it; `make frames` installs these."""

import nbformat
import pytest
from nbclient import NotebookClient

from archiver import Archive, ImportOptions
from tests.paths import ROOT, SAMPLE

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

STARTS_S = 120
"""What a kernel gets to start, and a cell to end, on any machine."""


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An archive in the folder `data` of the present folder."""
    monkeypatch.chdir(tmp_path)
    made = Archive("data")
    made.crawl(SAMPLE, imports=ImportOptions(base_url="https://harbour.example/"))
    made.dedupe()
    return made


def test_a_late_author_is_no_error_in_polars(archive, tmp_path):
    lines = [f'{{"title": "Post {n}", "url": "https://a.example/{n}"}}\n' for n in range(150)]
    lines.append('{"title": "The last", "url": "https://a.example/last", "author": "Ida"}\n')
    (tmp_path / "rows.jsonl").write_text("".join(lines))
    archive.crawl(tmp_path / "rows.jsonl")
    archive.dedupe()
    posts = polars.DataFrame(archive.rows("posts"), infer_schema_length=None)
    assert posts["author"].drop_nulls().to_list() == ["Ida"]


def test_the_notebook_runs(archive, tmp_path, monkeypatch):
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    book = nbformat.read(ROOT / "docs" / "posts.ipynb", as_version=4)
    assert [cell for cell in book.cells if cell.cell_type == "code" and cell.outputs] == []
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(
        book, timeout=STARTS_S, startup_timeout=STARTS_S, kernel_name="python3", resources=resources
    ).execute()
    shown = "".join(str(cell.get("outputs", "")) for cell in book.cells)
    assert "harbour.example" in shown
    assert "Ida rang the harbour bell" in shown
    assert archive.status().posts == 14
