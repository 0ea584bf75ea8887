"""Sources that are crawled whenever they are due: added, crawled by a clock of the tests, and told of."""

import json
import shlex
import sys
from datetime import UTC, datetime, timedelta

import pytest

import archiver
from archiver import subscriptions
from archiver.config import Subscription, read_config
from archiver.crawl.outcome import CrawlResult
from archiver.store import Store
from tests.servers import site_server
from tests.sites import html, plain_card

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def page(first, count=8):
    """A listing that shows *count* posts, the newest is number *first*."""
    return html("".join(plain_card(number) for number in range(first, first - count, -1))).encode()


@pytest.fixture
def served():
    with site_server({"/": page(20), "/other/": page(60)}) as site:
        yield site


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def on(run, folder):
    return lambda *arguments: run("--archive", folder, *arguments)


@pytest.fixture
def crawl_at(folder):
    """Crawl what is due at that many hours; return the numbers of new posts by the path of the source."""

    def crawl(hours):
        results: list[CrawlResult] = []
        with Store(folder, "create") as store:
            subscribed = read_config(folder).sources
            found = subscriptions.crawl_due(
                store, subscribed, (), lambda: START + timedelta(hours=hours), results.append
            )
        return {one.source.split("/", 3)[3]: len(one.posts) for one in found.news}

    return crawl


def test_a_subscription_is_crawled_when_it_is_due_and_tells_what_is_new(on, served):
    assert on("add", served.url, "--delay", "0", "--every", "1h").code == 0
    first = on("crawl")
    assert first.code == 0
    assert "1 captures (1 new), 8 cards, 0 failed" in first.err
    assert f"{served.url}/: 8 new posts" in first.err
    asked = served.counts["/"]
    again = on("crawl")
    assert (again.code, served.counts["/"]) == (0, asked)
    assert again.err.startswith("archiver: the next source is due at 20")
    assert len(json.loads(on("export").out)) == 8


def test_only_new_posts_are_told_not_new_captures(on, served, crawl_at):
    on("add", served.url, "--delay", "0", "--every", "1h")
    assert crawl_at(0) == {"": 8}
    served.pages["/"] = page(20).replace(b"</body>", b"<p>12 visitors</p></body>")
    assert crawl_at(1) == {"": 0}
    served.pages["/"] = page(23)
    assert crawl_at(2) == {"": 3}
    assert crawl_at(2.5) == {}
    assert on("status", "--json").code == 0


def test_each_source_has_its_own_options_and_is_due_by_itself(on, served, crawl_at):
    on("add", served.url, "--delay", "0", "--every", "2h", "--contact", "me@example.org")
    on("add", f"{served.url}/other/", "--delay", "0", "--every", "3h")
    assert crawl_at(0) == {"": 8, "other/": 8}
    agents = {r.path: r.headers["User-Agent"] for r in served.requests if r.path != "/robots.txt"}
    assert "me@example.org" in agents["/"]
    assert "me@example.org" not in agents["/other/"]
    assert list(crawl_at(2)) == [""]
    assert list(crawl_at(3)) == ["other/"]
    assert list(crawl_at(4)) == [""]


def test_a_source_that_fails_is_asked_again_after_growing_pauses(on, served, crawl_at):
    on("add", f"{served.url}/other/", "--delay", "0")
    held = served.pages.pop("/other/")
    asked = [quarter / 4 for quarter in range(4 * 8) if crawl_at(quarter / 4)]
    assert asked == [0, 0.25, 0.75, 1.75, 3.75, 7.75]
    state = json.loads(on("sources", "--json").out)[0]
    assert (state["failures"], state["unseen"]) == (6, 1)
    served.pages["/other/"] = held
    assert crawl_at(7.75 + 8) == {"other/": 8}
    assert json.loads(on("sources", "--json").out)[0]["failures"] == 0


def test_the_pace_is_that_of_the_captures_however_they_came(on, tmp_path):
    """Saved pages of a site with 8 posts in its window, of which 4 are others every six hours."""
    on("add", "https://harbour.example/index.html")
    for number in range(8):
        at = START + timedelta(hours=6 * number)
        folder = tmp_path / "saved" / f"{at:%Y%m%d%H%M%S}"
        folder.mkdir(parents=True)
        (folder / "index.html").write_bytes(page(20 + 4 * number))
    assert on("crawl", tmp_path / "saved", "--base-url", "https://harbour.example/").code == 0
    assert on("dedupe").code == 0
    (state,) = json.loads(on("sources", "--json").out)
    assert (state["posts_a_day"], state["held"], state["due"]) == (16, 0.5, None)
    assert "16.0   50%" in on("sources").out.decode()


def test_a_rebuild_keeps_the_times_of_crawls(on, served, crawl_at):
    on("add", served.url, "--delay", "0", "--every", "1h")
    crawl_at(0)
    before = on("sources", "--json").out
    assert on("rebuild").code == 0
    assert on("sources", "--json").out == before


def test_a_command_gets_what_is_new(on, served, tmp_path):
    out = tmp_path / "news.json"
    program = f"import sys; open({str(out)!r}, 'w').write(sys.stdin.read())"
    on("add", served.url, "--delay", "0")
    done = on("crawl", "--notify", shlex.join([sys.executable, "-c", program]))
    assert done.code == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert [len(one["posts"]) for one in told["news"]] == [8]
    assert told["news"][0]["posts"][0]["title"]
    assert told["crawl"]["captures"] == 1
    out.unlink()
    assert on("crawl", "--notify", "false").code == 0  # nothing was due, nothing is told
    assert not out.exists()


@pytest.mark.parametrize(("command", "told"), [("false", "ended with code 1"), ("/no/such", "No such file")])
def test_a_command_that_fails_fails_the_crawl_and_loses_nothing(on, served, command, told):
    on("add", served.url, "--delay", "0")
    done = on("crawl", "--notify", command)
    assert done.code == 1
    assert told in done.err
    assert len(json.loads(on("export").out)) == 8


def test_a_new_table_leaves_the_file_as_it_is(on, folder):
    folder.mkdir()
    text = '# mine\n[[rules]]\nhost = "a.example"\ncards = ".x" # cards'
    (folder / "archiver.toml").write_text(text, encoding="utf-8")
    assert (
        on("add", "https://A.example/News", "--feeds", "--ignore-robots", "--contact", "x'y@b.example").code
        == 0
    )
    written = (folder / "archiver.toml").read_text(encoding="utf-8")
    assert written.startswith(f"{text}\n\n[[sources]]\n")
    (source,) = read_config(folder).sources
    assert source == Subscription.model_validate(
        {"url": "https://a.example/News", "feeds": True, "robots": False, "contact": "x'y@b.example"}
    )
    again = on("add", "https://a.example/News")
    assert (again.code, "nothing was changed" in again.err) == (0, True)
    assert (folder / "archiver.toml").read_text(encoding="utf-8") == written


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("blog.example",), "invalid url: expected an http(s) URL, not 'blog.example'"),
        (
            ("https://a.example/", "--every", "soon"),
            "invalid --every: expected a number of minutes",
        ),
        (
            ("https://a.example/", "--every", "0h"),
            "invalid --every: expected a number of minutes",
        ),
        (("https://a.example/", "--contact", "é"), "invalid --contact 'é': expected an e-mail"),
        (("https://a.example/", "--proxy", "localhost:1"), "invalid --proxy: expected http://HOST:PORT"),
    ],
)
def test_what_cannot_be_subscribed_to(on, folder, arguments, told):
    done = on("add", *arguments)
    assert (done.code, told in done.err) == (2, True)
    assert not (folder / "archiver.toml").exists()


def test_wrong_tables_of_sources_are_named(on, folder):
    folder.mkdir()
    (folder / "archiver.toml").write_text('[[sources]]\nurl = "https://a.example/"\nevery = "1 hour"\n')
    done = on("sources")
    assert done.code == 2
    assert "sources 1, every: expected a number of minutes, hours or days" in done.err


def test_a_crawl_without_sources_and_subscriptions(on, folder):
    done = on("crawl")
    assert (done.code, folder.exists()) == (2, False)
    assert "no source is named" in done.err
    listed = on("sources")
    assert (listed.code, folder.exists()) == (0, False)
    assert "no subscriptions (`archiver add`)" in listed.err


def test_options_of_named_sources_are_refused_without_one(on):
    on("add", "https://a.example/")
    done = on("crawl", "--full")
    assert done.code == 2
    assert "--full is for sources that are named" in done.err


def test_a_command_is_for_subscriptions_only(on, tmp_path):
    assert on("crawl", tmp_path, "--notify", "true").code == 2
    on("add", "https://a.example/")
    assert on("crawl", "--notify", "'").code == 2
    assert on("crawl", "--notify", "").code == 2


def test_timers_name_the_archive_wherever_they_run(on, folder):
    line = on("sources", "--cron").out.decode()
    assert line.startswith("*/15 * * * * /")
    assert line.endswith(f" --archive {folder} crawl\n")
    units = on("sources", "--systemd").out.decode()
    assert f" --archive {folder} crawl\n" in units
    assert "OnCalendar=*:0/15" in units


def test_the_library_has_what_the_commands_have(served, folder):
    archive = archiver.Archive(folder)
    assert archive.sources() == []
    assert archive.add_source(Subscription.model_validate({"url": served.url, "delay": 0}))
    (new,) = archive.sources()
    assert (new.crawled_at, new.due) == (None, None)
    found = archive.crawl_due()
    assert [len(one.posts) for one in found.news] == [8]
    assert found.crawled.captures == 1
    assert found.next_due == archive.sources()[0].due
