"""Time and memory of reading large generated contracts: `python benchmarks/contracts.py [NAME]...`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import yaml

from ctxkb.formats import parse
from ctxkb.types import Kind, Source

FORMS = {"yaml": "openapi", "json": "openapi", "minified": "openapi", "proto": "protobuf", "graphql": "graphql"}
OPERATIONS = 2000


def main(names: list[str]) -> None:
    """Measures each form in a process of its own, which gets the contract ready made."""
    if names[:1] == ["--measure"]:
        measure(names[1], sys.stdin.buffer.read())
        return
    for name in names or FORMS:
        subprocess.run([sys.executable, __file__, "--measure", name], input=written(name).encode(), check=True)


def measure(name: str, content: bytes) -> None:
    """Prints size, sections, seconds, and the most memory that the process ever had."""
    started = time.perf_counter()
    parsed = parse(Source(f"big.{'json' if name == 'minified' else name}", content, Kind.CONTRACT, FORMS[name]))
    seconds = time.perf_counter() - started
    # Not `ru_maxrss`: Linux hands the parent's on to a child.
    peak = int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text("utf-8"))[0]) / 1024
    assert not parsed.problems, parsed.problems[:3]
    size, sections = len(content) / 1e6, len(parsed.documents[0].sections)
    print(f"{name}: {size:.1f} MB, {sections} sections, {seconds:.1f} s, peak {peak:.0f} MB", flush=True)


def written(name: str) -> str:
    """A contract in the form `name`, always the same."""
    if name == "yaml":
        return yaml.dump(openapi(), Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False)
    if name in ("json", "minified"):
        return json.dumps(openapi(), indent=2 if name == "json" else None)
    rows = range(20)
    if name == "proto":
        fields = "".join(f"  // What field {k} is for.\n  string field{k} = {k + 1};\n" for k in rows)
        things = (f"// Thing {n}.\nmessage Thing{n} {{\n{fields}}}\n" for n in range(OPERATIONS))
        return 'syntax = "proto3";\n' + "".join(things)
    fields = "".join(f'  "What field {k} is for"\n  field{k}(first: Int): Thing{k}!\n' for k in rows)
    return "".join(f'"Thing {n}"\ntype Thing{n} {{\n{fields}}}\n' for n in range(OPERATIONS))


def openapi() -> dict[str, object]:
    """2,000 operations with nine responses each, and as many schemas in a ring."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Big", "version": "1"},
        "paths": {f"/v1/things{n}/{{id}}": {"post": operation(n)} for n in range(OPERATIONS)},
        "components": {"schemas": {f"Thing{n}": schema(n) for n in range(OPERATIONS)}},
    }


def operation(number: int) -> dict[str, object]:
    """An operation that takes and gives one schema."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}}
    codes = ("200", "201", "400", "401", "403", "404", "409", "422", "500")
    return {
        "operationId": f"updateThing{number}",
        "summary": f"Update thing number {number}",
        "description": "Long text about what this does. " * 20,
        "requestBody": {"content": content},
        "responses": {code: {"description": f"Answer {code}", "content": content} for code in codes},
    }


def schema(number: int) -> dict[str, object]:
    """A schema of sixteen fields and a reference to the next one."""
    told = f"The field of thing {number} which tells what happens there and why it matters"
    fields: dict[str, object] = {
        f"field_{number}_{k}": {"type": "string", "description": told, "enum": ["a", "b", "c"]} for k in range(16)
    }
    fields["next"] = {"$ref": f"#/components/schemas/Thing{(number + 1) % OPERATIONS}"}
    return {"type": "object", "description": f"Thing {number} of many", "properties": fields}


if __name__ == "__main__":
    main(sys.argv[1:])
