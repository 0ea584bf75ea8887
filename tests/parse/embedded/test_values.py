"""JSON values in scripts and attributes."""

import json

import pytest

from archiver.parse.document.tree import read_tree
from archiver.parse.embedded.values import embedded_values

VALUE = {"items": [{"title": 'A "b" \\ c\n</x>', "url": "/a"}, {"title": "é 🙂 '", "url": "/b"}]}
JSON = json.dumps(VALUE)


def values(markup: str) -> list[object]:
    return list(embedded_values(read_tree(markup)))


def literal(text: str, quote: str) -> str:
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


@pytest.mark.parametrize(
    "script",
    [
        f"<script type='application/json'>{JSON}</script>",
        f"<script type='application/json' id='__NEXT_DATA__'>\n {JSON}\n</script>",
        f"<script type='application/ld+json'>{JSON}</script>",
        f"<script>window.__STATE__ = {JSON};</script>",
        f"<script>window.__STATE__={JSON}</script>",
        f"<script>self.push({JSON})</script>",
        f"<script>var x = JSON.parse({literal(JSON, chr(34))});</script>",
        f"<script>var x = JSON.parse({literal(JSON, chr(39))});</script>",
        f"<script>var x = JSON.parse({literal(JSON.replace('{', chr(92) + 'x7b'), chr(39))});</script>",
    ],
)
def test_values_are_read_as_they_are_written(script):
    if "x7b" in script:
        script = script.replace("\\\\x7b", "\\x7b").replace("'\\x7b", "'{", 1)
    assert values(script) == [VALUE]


def test_values_of_attributes_are_read():
    attribute = json.dumps(VALUE | {"text": "long " * 20}).replace("&", "&amp;").replace('"', "&quot;")
    assert values(f'<div data-props="{attribute}"></div>') == [VALUE | {"text": "long " * 20}]


def test_a_script_may_hold_several_values_between_code():
    script = """
    var a = {name: 'not JSON', rows: [1, 2]}, b = [{"c": 1}]; // it's "code"
    if (a == [b]) { f("[name]", '{x}'); }
    var d = {"e": [true, null, NaN]};"""
    found = values(f"<script>{script}</script>")
    assert found[0] == [{"c": 1}]
    assert list(found[-1]) == ["e"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "={",
        '={"a": ',
        '={"a": "',
        '={"a": [1, 2',
        'JSON.parse(\'{"a": 1',
        'JSON.parse("{\\"a\\": 1',
        "JSON.parse('{\\x')",
        "JSON.parse('{\\u12')",
        "=[[[[}",
        '<!--={"a"',
    ],
)
def test_what_is_cut_has_no_value(text):
    assert [value for value in values(f"<script>{text}</script>") if value is not None] == []


def test_strange_values_are_read():
    found = values('<script>x={"a": ' + "9" * 6000 + ', "b": "\\ud800", "c": -Infinity}</script>')
    assert found[0]["b"] == "\ud800"  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "=" + "[" * 1_000_000,
        "=[" * 500_000,
        '={"' * 400_000,
        "=" + '{"a":' * 300_000,
        "('{" * 400_000,
        '("{\\' * 400_000,
        "= " * 500_000,
        "=" + " " * 1_000_000,
        "=[" + " " * 1_000_000,
        '={"a":"' + '\\"={' * 300_000,
        "=[1" * 300_000,
    ],
)
def test_time_is_linear(text):
    assert values(f"<script>{text}</script>") is not None


def test_a_page_of_many_megabytes_is_read_in_part():
    script = f"<script>x={json.dumps(['x' * 1_000_000])}</script>"
    assert 3 <= len(values(script * 8)) < 8
