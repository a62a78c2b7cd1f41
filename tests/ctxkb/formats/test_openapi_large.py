"""OpenAPI descriptions of real size."""

from __future__ import annotations

import re
import resource
import time

from support.contracts import corpus, strays
from support.openapi import parsed, section


def test_a_large_description() -> None:
    """Ten megabytes with 2,000 operations are read in bounded time and memory."""
    document = "openapi: 3.1.0\ninfo: {title: Large, version: '1'}\npaths:\n" + "".join(_large(n) for n in range(2000))
    assert len(document) > 10_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    sections = parsed(document).sections
    seconds = time.monotonic() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert len(sections) == 2001
    assert seconds < 60, f"{seconds:.1f} s; about 5 s on an idle machine of 2026"
    assert grown < 1024, f"{grown:.0f} MB more"


def _large(number: int) -> str:
    field = "                  field_{}:\n                    type: string\n                    description: {}\n"
    told = "What is told about this field, at some length, so that the file grows to its size"
    fields = "".join(field.format(index, told) for index in range(34))
    return (
        f"  /v1/things{number}/{{id}}:\n    post:\n      summary: Update thing {number}\n      requestBody:\n"
        f"        content:\n          application/json:\n            schema:\n              type: object\n"
        f"              properties:\n{fields}      responses:\n        '200': {{description: ok}}\n"
    )


def test_the_corpus() -> None:
    """A generated description of 15,000 lines gives as many operations and schemas as its lines show."""
    path = "api/openapi.generated.yml"
    text = (corpus("simpler-grants-gov") / path).read_text(encoding="utf-8")
    document = parsed(text, path)
    lines = text.split("\n")
    top = (
        lines.index("paths:"),
        lines.index("components:"),
        lines.index("  schemas:"),
        lines.index("  securitySchemes:"),
    )
    operations, current = [], ""
    for line in lines[top[0] : top[1]]:
        if found := re.fullmatch(r"  (/\S*):", line):
            current = found[1]
        if found := re.fullmatch(r"    (get|put|post|delete|patch|head|options):", line):
            operations.append(f"{found[1].upper()} {current}")
    schemas = [found[1] for line in lines[top[2] : top[3]] if (found := re.fullmatch(r"    (\S+):.*", line))]
    assert [found.anchor for found in document.sections if found.role == "operation"] == operations
    assert [found.anchor for found in document.sections if found.role == "schema"] == schemas
    assert (len(operations), len(schemas)) == (108, 393)
    assert strays(document, text) == []
    known = {found.anchor for found in document.sections}
    assert {ref for found in document.sections for ref in found.refs} <= known
    assert document.title == "Simpler Grants API v0"
    upload = section(document, "POST /v1/files")
    assert upload.refs[0] == "CreatePresignedUploadRequestSchema"
    assert "description: The name of the file to upload" in section(document, upload.refs[0]).text
