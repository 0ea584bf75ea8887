"""Captures to pages: the cards that a captured page shows, its next older page, its feeds.

A `Capture` goes in, a `Page` comes out. The same capture gives the same page: no network, no clock, no
database. No payload raises; what cannot be read is a `Page` of kind "empty" whose `error` says why.
"""

from archiver.parse.draft_rule import Draft, draft_rule
from archiver.parse.page import MAX_PAGE_BYTES, parse_page
from archiver.parse.title import page_title
from archiver.parse.wrapper.learn import SiteTemplate, boilerplate_blocks, learn
from archiver.parse.wrapper.rules import SiteRule, rule_for
from archiver.parse.wrapper.site import NOTHING_KNOWN, Site

__all__ = [
    "MAX_PAGE_BYTES",
    "NOTHING_KNOWN",
    "Draft",
    "Site",
    "SiteRule",
    "SiteTemplate",
    "boilerplate_blocks",
    "draft_rule",
    "learn",
    "page_title",
    "parse_page",
    "rule_for",
]
