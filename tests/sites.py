"""Sites of the tests' own whose pages are hard to read one by one."""

import random

WORDS = """
    harbour light boats tide nets fog gull ferry pier rope anchor lantern storm cargo pilot channel buoy deck
    keel sail rudder mast wharf crane tug barge ledger customs whistle signal chart compass
""".split()  # noqa: SIM905 - one word a line is no list to be read


def words(seed, count):
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def slug(number):
    return f"/notes/{'-'.join(words(number, 3).split())}-{number}/"


def html(body, title="Notes of the harbour"):
    return f"<!DOCTYPE html><html lang=en><head><title>{title}</title></head><body>{body}</body></html>"


def pager(number, last):
    older = f"<a href='/page/{number + 1}/'>Older</a>" if number < last else ""
    newer = f"<a href='/page/{number - 1}/'>Newer</a>" if number > 1 else ""
    return f"<div class=x9>{newer}{older}</div>"


def hashed_card(number, build):
    """A card whose classes say nothing and change with every build of the site."""
    name = random.Random(f"{build}").randbytes(3).hex()
    return (
        f"<div class='a{name}'><div class='b{name}'><span class='c{name}'>{words(number, 1)}</span>"
        f"<a class='d{name}' href='{slug(number)}'>{words(number, 4)}</a></div></div>"
    )


def plain_card(number, _build="one"):
    """A card with a title, a date and a text, and no heading."""
    return (
        f"<div class=note><a class=to href='{slug(number)}'>{words(number, 4)}</a>"
        f"<span>2026-01-{number % 28 + 1:02}</span><div>{words(number, 25)}</div></div>"
    )


def recent(numbers):
    """Recent posts in a box that nothing marks as one; they have what the cards have, and more."""
    rows = "".join(
        f"<div class=q1><h3><a href='{slug(n)}'>{words(n, 4)}</a></h3><span>2026-01-{n % 28 + 1:02}</span>"
        f"<p>{words(n, 30)}</p></div>"
        for n in numbers
    )
    return f"<div class=q0>{rows}</div>"


def slider(numbers):
    """Headlines in a box: enough to beat a single card, not a list."""
    rows = "".join(f"<div class=s1><h3><a href='{slug(n)}'>{words(n, 4)}</a></h3></div>" for n in numbers)
    return f"<div class=s0>{rows}</div>"


def listing(posts, each, *, box, card=hashed_card, build="one"):
    """The pages of a listing, newest post first: what each shows (permalinks), and its markup, by path."""
    last = -(-posts // each)
    site = {}
    for page in range(1, last + 1):
        numbers = range(posts - (page - 1) * each, max(0, posts - page * each), -1)
        cards = "".join(card(number, build) for number in numbers)
        body = f"<div class=w0><div class=w1>{cards}</div>{pager(page, last)}</div>{box}"
        path = "/" if page == 1 else f"/page/{page}/"
        site[path] = [slug(number) for number in numbers], html(body)
    return site
