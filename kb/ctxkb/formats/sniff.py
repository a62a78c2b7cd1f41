"""Tells contracts from other files by their name and their first bytes, without parsing them."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HEAD = 65_536
"""How many bytes of a file are enough for `looks_like_contract`; more do no harm."""

_FIRST = 4096
"""In how many characters behind the comments that open a file its keys are looked for one by one."""

_BY_SUFFIX = {
    ".graphql": "graphql",
    ".graphqls": "graphql",
    ".gql": "graphql",
    ".proto": "protobuf",
    ".xsd": "xsd",
    ".wsdl": "wsdl",
    ".avsc": "avro",
    ".avpr": "avro",
    ".prisma": "prisma",
}
_DATA = (".yaml", ".yml", ".json")
_KEY = re.compile(
    r"""^(?P<quote>["']?)(?P<key>[A-Za-z$][\w-]*)(?P=quote)[ \t]*:(?=\s|$)[ \t]*(?P<value>[^\r\n]*)""", re.M
)
_VERSION = re.compile(r"""(?:[!&]\S+[ \t]+)*["']?\d""")
_JSON_TOKEN = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"|(?P<mark>[{}\[\]:,])|(?P<bare>[^\s{}\[\]:,"]+)', re.S)
_DRAFT = re.compile(r"json-schema\.org/(?:draft|schema)")
_SCHEMA_NAME = re.compile(r"[.]schema\.(?:json|ya?ml)$")
_SCHEMA_FOLDER = re.compile(r"(?:^|/)(?:openapi|swagger|api|apis|api-?specs?|contracts?|components)/(?:.+/)?schemas/")
_KIND = re.compile(r"[\"']?(?:object|array|string|integer|number|boolean)\b")
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_OF_PATHS = frozenset({"parameters", "summary", "description", "servers"})
_ANSWERS = re.compile(r"""^\s*["']?responses["']?\s*:""", re.M)
_FAMILIES = re.compile(r"""^\s+["']?(?:schemas|responses|parameters|requestBodies|securitySchemes)["']?\s*:""", re.M)
_OF_SERVICES = frozenset({"endpoints", "integrations", "compliance_requirements"})
_DEFINES = re.compile(
    r"^[ \t]*CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?!TEMP)\w+\s+){0,2}?(?:TABLE|TYPE|VIEW|DOMAIN|SCHEMA|EXTENSION)\b"
    r"|^-- (?:PostgreSQL database|MySQL) dump\b",
    re.IGNORECASE | re.MULTILINE,
)
_WORKSPACE = re.compile(r"(?:\s|//[^\n]*\n|#[^\n]*\n|/\*.*?\*/|![^\n]*\n)*workspace\b[^\n]*\{", re.DOTALL)
_OPENING = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)+")
_LATE = re.compile(
    r"""(?:^["']?|[{,]\s*")(?P<key>swagger|openapi|asyncapi)["']?[ \t]*:[ \t]*(?:[!&]\S+[ \t]+)*["']?\d""", re.M
)
_LEADING = frozenset({
    "basePath", "channels", "components", "consumes", "definitions", "externalDocs", "host", "id", "info",
    "operations", "parameters", "paths", "produces", "responses", "schemes", "security",
    "securityDefinitions", "servers", "tags", "webhooks",
})  # fmt: skip
"""Keys that may stand before the one with the version, which tells a description."""
_PARTS = ("paths", "components", "webhooks", "definitions")


def looks_like_contract(path: str, head: bytes) -> str | None:
    """Name the contract format (a key of `FORMATS`) that `path` and the first bytes `head` show, or None.

    YAML and JSON are an OpenAPI or Swagger description where a top-level `openapi` or `swagger` key holds a version;
    generators sort keys, so that the version may stand far behind `definitions` or `channels`, and a head with `info`
    and `paths` but without the version counts too. They are an
    AsyncAPI description where `asyncapi` holds one, and a JSON Schema where `$schema` names a draft; without that
    a name such as `order.schema.json` tells, where the keys are those of a schema. `service` with `endpoints`,
    `integrations` or `compliance_requirements` makes a service spec. SQL counts where it creates tables or
    types that stay.
    """
    name = path.rsplit("/", 1)[-1].lower()
    suffix = name[name.rfind(".") :] if "." in name else ""
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix == ".sql":
        return "ddl" if _DEFINES.search(_text(head)) else None
    return _data_format(path.lower(), _text(head)) if suffix in _DATA else None


def looks_like_diagram(head: bytes) -> bool:
    """Whether a file whose first bytes are `head` is a workspace of Structurizr, as few other `.dsl` files are."""
    return bool(_WORKSPACE.match(_text(head)))


def _data_format(path: str, whole: str) -> str | None:
    """The format of YAML or JSON, told by its top-level keys."""
    name = path.rsplit("/", 1)[-1]
    opening = _OPENING.match(whole)
    begin = opening.end() if opening else 0
    text = whole[begin : begin + _FIRST]
    keys = dict(_json_keys(text) if text.lstrip().startswith("{") else _yaml_keys(text))
    if keys and next(iter(keys)) in _LEADING and (late := _LATE.search(whole, begin)):
        return "asyncapi" if late["key"] == "asyncapi" else "openapi"
    if _VERSION.match(keys.get("asyncapi", "")):
        return "asyncapi"
    if _is_openapi(name, keys) or _is_openapi_part(keys, text):
        return "openapi"
    if _is_schema(path, keys):
        return "jsonschema"
    return "service" if "service" in keys and keys.keys() & _OF_SERVICES else None


def _is_openapi_part(keys: Mapping[str, str], text: str) -> bool:
    """Whether it is a path item or the components of a description that is split over files."""
    if keys.keys() & _METHODS and keys.keys() <= _METHODS | _OF_PATHS:
        return bool(_ANSWERS.search(text))
    return keys.keys() == {"components"} and bool(_FAMILIES.search(text))


def _is_schema(path: str, keys: Mapping[str, str]) -> bool:
    """Whether it is a JSON Schema; files that a schema describes name it in `$schema` as well, and are none.

    One that says nothing is told by its name, or by the folder in which a description keeps its schemas.
    """
    if _DRAFT.search(keys.get("$schema", "")):
        return True
    words = keys.keys() & {"properties", "$defs", "definitions", "allOf", "oneOf", "anyOf", "required"}
    named = _SCHEMA_NAME.search(path) or (_SCHEMA_FOLDER.search(path) and _KIND.match(keys.get("type", "")))
    return bool(named) and "$schema" not in keys and bool(words)


def _is_openapi(name: str, keys: Mapping[str, str]) -> bool:
    if any(_VERSION.match(keys.get(key, "")) for key in ("openapi", "swagger")):
        return True
    if "asyncapi" in keys:
        return False
    named = any(word in name for word in ("openapi", "swagger"))
    return ("info" in keys and any(part in keys for part in _PARTS)) or (
        named and bool(keys.keys() & {"info", "paths"})
    )


def _text(head: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _yaml_keys(text: str) -> Iterator[tuple[str, str]]:
    for match in _KEY.finditer(text):
        yield match["key"], match["value"]


def _json_keys(text: str) -> Iterator[tuple[str, str]]:
    """Yield the keys of the outermost object, with their value where it is a scalar; the text may end anywhere."""
    depth, key, waiting = 0, "", False
    for token in _JSON_TOKEN.finditer(text):
        mark = token["mark"]
        if depth == 1 and mark is None:
            word = token["text"] if token["text"] is not None else token["bare"]
            if waiting:
                yield key, word
            else:
                key = word
        elif depth == 1 and mark == ":":
            waiting = True
            yield key, ""
        elif depth == 1 and mark == ",":
            waiting = False
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(mark or "", 0)
