from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import KbError
from support.bases import adr, base_of

if TYPE_CHECKING:
    from pathlib import Path

    from support.bases import Base

LONG = "\n\n".join(f"Paragraph {n} says one thing about the ledger and one about the queue. " * 6 for n in range(30))
REPLACED = "Superseded by [14. Use aiohttp](0014-use-aiohttp.md)"
FILES: dict[str, str | bytes] = {
    "docs/adr/0012-use-httpx.md": adr(12, "Use httpx", REPLACED, "We use httpx."),
    "docs/adr/0014-use-aiohttp.md": adr(14, "Use aiohttp", "Accepted", "We use aiohttp."),
    "docs/adr/template.md": "# {title}\n\n## Status\n\n{proposed | accepted}\n\n## Decision\n\n{what}\n",
    "docs/guides/long.md": f"# Long\n\n{LONG}\n\n## End\n\nThe end.\n",
    "docs/guides/code.md": "# Code\n\n```\n" + "x = 1\n" * 3000 + "```\n",
    "api/openapi.yaml": """
        openapi: 3.1.0
        info: {title: Orders, version: "1"}
        paths:
          /v1/orders:
            post:
              operationId: createOrder
              requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
              responses: {"201": {description: made}}
        components:
          schemas:
            Order: {type: object, properties: {total: {$ref: "#/components/schemas/Money"}}}
            Money: {type: object, properties: {cents: {type: integer}}}
        """,
}  # fmt: skip
OLD, NEW = "docs/adr/0012-use-httpx.md", "docs/adr/0014-use-aiohttp.md"


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Decisions of several series, indexed once."""
    return base_of(tmp_path_factory.mktemp("series"), SERIES)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """The files above, indexed once."""
    return base_of(tmp_path_factory.mktemp("reading"), FILES)


SERIES: dict[str, str | bytes] = {
    "docs/adr/0001-use-x.md": adr(1, "Use X", "Accepted", "We use X."),
    "docs/rfcs/0001-use-y.md": "# RFC 1: Use Y\n\n## Decision\n\nWe use Y.\n",
    "teps/0007-conditions.md": "# TEP-0007: Conditions\n\n## Decision\n\nWe skip tasks.\n",
    "keps/sig-x/0123-foo/README.md": "# KEP-123: Foo\n\n## Summary\n\nFoo it is.\n",
    "packages/one/adr/20240103-use-z.md": "# Use Z\n\n## Decision\n\nWe use Z.\n",
}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("1", "docs/adr/0001-use-x.md"), ("ADR 1", "docs/adr/0001-use-x.md"), ("RFC 1", "docs/rfcs/0001-use-y.md"),
        ("rfc-0001", "docs/rfcs/0001-use-y.md"), ("TEP-0007", "teps/0007-conditions.md"),
        ("7", "teps/0007-conditions.md"), ("KEP-123", "keps/sig-x/0123-foo/README.md"),
        ("20240103-use-z", "packages/one/adr/20240103-use-z.md"),
        ("one/20240103-use-z", "packages/one/adr/20240103-use-z.md"),
    ],
)  # fmt: skip
def test_a_number_is_read_in_the_series_that_it_names(series: Base, name: str, path: str) -> None:
    """RFC 1 is not ADR 1, and a slug may follow its package."""
    assert series.knowledge.read(name).path == path


def test_a_series_that_has_no_such_number_gives_nothing(series: Base) -> None:
    """No other series answers for it."""
    with pytest.raises(KbError, match="nothing here is called 'RFC-7'"):
        series.knowledge.read("RFC-7")


@pytest.mark.parametrize("name", ["ADR-0014", "ADR-14", "adr 14", "0014", "14", NEW, f"./{NEW}", f" {NEW} "])
def test_a_document_is_read_by_any_of_its_names(base: Base, name: str) -> None:
    """A number in any form and a path give the whole document."""
    reading = base.knowledge.read(name)
    assert (reading.id, reading.title, reading.path, reading.status, reading.more) == (
        NEW,
        "Use aiohttp",
        NEW,
        "accepted",
        "",
    )
    assert reading.lines == (3, 13)
    assert "We use aiohttp." in reading.text


@pytest.mark.parametrize("name", [f"{NEW}#decision", f"{NEW}:13", f"{NEW}:12-13"])
def test_a_unit_is_read_by_id_or_line(base: Base, name: str) -> None:
    """The line of an editor, or a range of lines, leads to the unit that stands there."""
    reading = base.knowledge.read(name)
    assert (reading.id, reading.title, reading.text) == (
        f"{NEW}#decision", "Use aiohttp > Decision", "## Decision\n\nWe use aiohttp.",
    )  # fmt: skip


def test_what_no_longer_holds_says_so_first(base: Base) -> None:
    """A superseded decision is shown with the one that replaced it."""
    reading = base.knowledge.read("ADR-0012")
    assert reading.status == "superseded"
    assert reading.text.startswith(f"[superseded by {NEW}: this no longer holds]\n\n")


def test_an_operation_brings_what_it_refers_to(base: Base) -> None:
    """The schemas of a request stand behind it."""
    (operation,) = (row.unit for row in base.catalog.units_of(["api/openapi.yaml"]) if row.unit.role == "operation")
    reading = base.knowledge.read(operation.id)
    assert reading.text.index("createOrder") < reading.text.index("total")
    assert reading.more == ""
    small = base.knowledge.read(operation.id, operation.tokens + 65)
    assert "go on with read api/openapi.yaml#" in small.more


@pytest.mark.parametrize("budget", [-5, 0, 50, 60, 100, 150, 200, 300, 500, 1000, 4000, 20_000, 10**9])
@pytest.mark.parametrize(
    "name", ["docs/guides/long.md", "docs/guides/long.md#long", "docs/guides/code.md", "ADR-0012", "api/openapi.yaml"]
)
def test_a_reading_fits_and_says_how_to_get_the_rest(base: Base, name: str, budget: int) -> None:
    """The text leaves room for the lines around it; what is not whole says so and names where to go on."""
    reading = base.knowledge.read(name, budget)
    assert 0 < reading.tokens <= max(50, min(budget, 20_000)) - (60 if budget > 200 else 0)
    whole = all(row.unit.text in reading.text for row in base.catalog.units_of([reading.path]) if name == reading.path)
    assert whole or "read " in reading.more
    if "[...]" in reading.text or "in one piece" in reading.text:
        assert reading.more.startswith("cut, ")


def test_reading_on_gives_all_of_a_document(base: Base) -> None:
    """Following what `more` names leads through every unit."""
    seen = []
    name = "docs/guides/long.md"
    for row in base.catalog.units_of([name]):
        reading = base.knowledge.read(row.unit.id)
        assert (reading.text, reading.more) == (row.unit.text, "")
        seen.append(reading.text)
    assert "The end." in seen[-1]


def test_a_part_of_a_template_can_be_read(base: Base) -> None:
    """A template is no document of the library, and no reason to fail."""
    rows = base.catalog.units_of(["docs/adr/template.md"])
    assert [base.knowledge.read(row.unit.id).status for row in rows] == [""] * len(rows)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("docs/adr/0014-use-aiohtp.md", f"nothing here is called 'docs/adr/0014-use-aiohtp.md'; did you mean {NEW}"),
        ("ADR-0099", "nothing here is called 'ADR-0099'; `search` finds ids"),
        (f"{NEW}:999", "nothing here is called"),
        (f"{NEW}#nothing", f"did you mean {NEW}"),
        ("", "nothing here is called ''; `search` finds ids"),
        ("\0\ud800'; DROP TABLE units", "nothing here is called"),
        ("x" * 100_000, "nothing here is called 'xxx"),
        (":1", "nothing here is called ':1'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(base: Base, name: str, message: str) -> None:
    """One line says that there is nothing, and what may have been meant."""
    with pytest.raises(KbError) as caught:
        base.knowledge.read(name)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_decision_with_many_successors_still_fits(tmp_path: Path) -> None:
    """Their names do not take the room of the text."""
    links = ", ".join(f"[{n}]({n:04}-x.md)" for n in range(2, 90))
    files = {f"docs/adr/{n:04}-x.md": adr(n, f"X {n}", "Accepted", "Yes.") for n in range(2, 90)}
    base = base_of(tmp_path, {"docs/adr/0001-x.md": adr(1, "X", f"Superseded by {links}", "No."), **files})
    assert base.knowledge.read("ADR-1", 100).tokens <= 100
    assert "no longer holds" in base.knowledge.read("ADR-1", 100).text
