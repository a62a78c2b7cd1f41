"""Endpoints that code serves: FastAPI, Flask, Django, Express and its kin, NestJS, Go's routers, Spring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERB = "get|post|put|delete|patch"
_PYTHON = re.compile(
    rf"""^\s*@(\w+)\.({_VERB}|route|websocket)\(\s*(?:path\s*=\s*|rule\s*=\s*)?["']([^"'\n]*)["']([^\n]*)""", re.M
)
_PREFIXED = re.compile(r"""^(\w+)\s*=\s*(?:\w+\.)?(?:APIRouter|Blueprint)\(([^)]*)\)""", re.MULTILINE)
_PREFIX = re.compile(r"""(?:url_)?prefix\s*=\s*["']([^"']*)["']""")
_METHODS = re.compile(r"""methods\s*=\s*[\[({]([^\])}]*)""")
_DJANGO = re.compile(r"""\bpath\(\s*r?["']([^"'\n]*)["']\s*,(?!\s*include)""")
_SCRIPT = re.compile(
    rf"""\b(?:app|server|api|fastify|\w*[rR]outer|\w*[rR]outes)\s*\.\s*({_VERB})\(\s*["'`](/[^"'`\n]*)["'`]\s*,"""
)
_NEST_CLASS = re.compile(r"""@Controller\(\s*(?:["'`]([^"'`\n]*)["'`])?""")
_NEST = re.compile(r"""@(Get|Post|Put|Delete|Patch)\(\s*(?:["'`]([^"'`\n]*)["'`])?\s*\)""")
_GO = re.compile(r"""\.(GET|POST|PUT|DELETE|PATCH|Get|Post|Put|Delete|Patch)\(\s*"(/[^"\n]*)"\s*,""")
_GO_HANDLE = re.compile(r"""\bHandle(?:Func)?\(\s*"(?:(GET|POST|PUT|DELETE|PATCH)\s+)?(/[^"\n]*)"\s*,""")
_SPRING_CLASS = re.compile(
    r"""@RequestMapping\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"\n]*)"[^)]*\)\s*(?:@[^\n]*\s+)*(?:public\s+|final\s+)*class\b"""
)
_SPRING = re.compile(
    r"""@(Get|Post|Put|Delete|Patch)Mapping(?:\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*(?:"([^"\n]*)")?|(?=\s))"""
)
_PARAMETER = re.compile(r"\{[^{}]*\}|<[^<>]*>|(?<=/):\w+\??|\$\{[^}]*\}|\[\w+\]")


def endpoints_in(path: str, text: str) -> Iterator[tuple[str, int]]:
    """Each endpoint as "METHOD /path", its parameters as `{}`, and its offset; "ANY" where the method is not told."""
    if path.endswith(".py"):
        found = _django(text) if re.search(r"(?:^|/)urls?(?:/|\.py$)|_urls\.py$", path) else _python(text)
    elif path.endswith((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx")):
        found = _script(text)
    elif path.endswith(".go"):
        found = _go(text)
    elif path.endswith((".java", ".kt")):
        found = _spring(text)
    else:
        return
    for method, route, at in found:
        plain = normal(route)
        if plain.strip("/{}*"):
            yield f"{method.upper()} {plain}", at


def normal(route: str) -> str:
    """A path as every framework would write it: one slash before each part, its parameters as `{}`."""
    bare = _PARAMETER.sub("{}", route.partition("?")[0])
    return "/" + "/".join(part for part in bare.split("/") if part)


_Found = tuple[str, str, int]


def _python(text: str) -> Iterator[_Found]:
    prefixes = {
        match[1]: stated[1] for match in _PREFIXED.finditer(text) if (stated := _PREFIX.search(match[2])) is not None
    }
    for match in _PYTHON.finditer(text):
        route = f"{prefixes.get(match[1], '')}/{match[3]}"
        stated = _METHODS.search(match[4])
        methods = re.findall(r"\w+", stated[1]) if stated else ["get" if match[2] == "route" else match[2]]
        # Only a path tells a route from whatever else has a decorator of that name.
        if match[3].startswith("/") or (not match[3] and match[1] in prefixes):
            yield from ((method, route, match.start(3)) for method in methods)


def _django(text: str) -> Iterator[_Found]:
    yield from (("any", match[1], match.start(1)) for match in _DJANGO.finditer(text))


def _script(text: str) -> Iterator[_Found]:
    yield from ((match[1], match[2], match.start(2)) for match in _SCRIPT.finditer(text))
    controllers = list(_NEST_CLASS.finditer(text))
    for match in _NEST.finditer(text) if controllers else ():
        above = [each for each in controllers if each.start() < match.start()]
        yield match[1], f"{(above[-1][1] or '') if above else ''}/{match[2] or ''}", match.start()


def _go(text: str) -> Iterator[_Found]:
    yield from ((match[1], match[2], match.start(2)) for match in _GO.finditer(text))
    yield from ((match[1] or "any", match[2], match.start(2)) for match in _GO_HANDLE.finditer(text))


def _spring(text: str) -> Iterator[_Found]:
    prefixes = list(_SPRING_CLASS.finditer(text))
    for match in _SPRING.finditer(text):
        above = [each for each in prefixes if each.start() < match.start()]
        yield match[1], f"{above[-1][1] if above else ''}/{match[2] or ''}", match.start()
