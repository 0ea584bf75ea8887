"""Whatever fails and moves between crawls: nothing that a listing shows stays unseen without a word."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import Archive, FetchOptions
from tests.crawl.test_holes import FAILED, pages, path
from tests.servers import site_server

FAST = FetchOptions(delay_s=0, retries=0)
LATER = st.tuples(
    st.sampled_from([0, 0, 1, 3, 9, 25]),  # posts that came
    st.integers(0, 9),  # of the newest posts, those that went
    st.sampled_from([3, 3, 3, 5, 8, 16]),  # posts a page
    st.sets(st.integers(1, 9), max_size=3),  # pages that fail
)


def serve(site, names, each, failing=()):
    version = f"<!-- {time.monotonic_ns()} -->".encode()  # the same page within a second is one capture
    listed = {at: version + page for at, page in pages(names, each).items()}
    site.pages = listed | {path(n): FAILED for n in failing if path(n) in listed}


@settings(max_examples=12)
@given(st.lists(LATER, min_size=1, max_size=4))
def test_a_crawl_without_a_fault_has_seen_all(tmp_path_factory, history):
    names = [f"post-{number}" for number in range(20, 0, -1)]
    newest = 20
    with site_server({}) as site, Archive(tmp_path_factory.mktemp("archive")) as archive:

        def is_whole():
            faults = archive.crawl(f"{site.url}/", fetching=FAST).failed
            assert bool(faults) == bool(archive.status().unseen)
            return not faults

        for came, went, each, failing in history:
            names = [f"post-{n}" for n in range(newest + came, newest, -1)] + names[
                min(went, len(names) - 6) :
            ]
            newest += came
            serve(site, names, each, failing)
            is_whole()
        for _ in range(2):
            serve(site, names, each)
            if is_whole():
                break
        else:
            raise AssertionError("a hole is closed by the second crawl without a fault")
        seen = {(row["url"] or "").rstrip("/").rpartition("/")[2] for row in archive.rows("cards")}
        assert set(names) <= seen
