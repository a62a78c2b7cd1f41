"""What the command line asks: answered here by the process that runs it, or by the owner of the index for it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ctxkb.budget.render import hit_json, hits_lines, pack_json, pack_text
from ctxkb.knowledge import Request
from ctxkb_server import arguments
from ctxkb_server.readings import links_of, reading_json, whole_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxkb.knowledge import Knowledge

WEAK = "Nothing answers this (confidence: none); these are the nearest."


def query(knowledge: Knowledge, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Ranked hits: `text` one line each, or `json` in the shape of `kb query --json`."""
    result = knowledge.search(
        arguments.required(asked["text"], "TEXT", "say what to look for"),
        kinds=arguments.kinds(asked["kinds"]),
        path=asked["path"],
        status=arguments.status(asked["status"]),
        tags=[arguments.clean(tag) for tag in asked["tags"]],
        limit=arguments.clamp(asked["limit"], arguments.LIMIT),
    )
    if asked["json"]:
        return {"json": {"hits": [hit_json(hit) for hit in result.hits], "confidence": result.confidence}}
    return {"text": hits_lines(result.hits), "note": WEAK if result.hits and result.confidence == "none" else ""}


def context(knowledge: Knowledge, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The pack that an agent would get for a task."""
    request = Request(
        task=arguments.required(asked["task"], "TASK", "say what you are about to do"),
        paths=arguments.paths(asked["paths"]),
        budget=arguments.clamp(asked["budget"] or knowledge.config.budget.default, arguments.BUDGET),
        kinds=arguments.kinds(asked["kinds"]),
        have=arguments.clean(asked["have"]),
        format="json" if asked["json"] else "text",
    )
    pack = knowledge.context(request)
    return {"json": pack_json(pack)} if asked["json"] else {"text": pack_text(pack)}


def rules(knowledge: Knowledge, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What binds some paths."""
    pack = knowledge.rules(arguments.paths(asked["paths"]), form="json" if asked["json"] else "text")
    return {"json": pack_json(pack)} if asked["json"] else {"text": pack_text(pack)}


def news(knowledge: Knowledge, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What binds some paths and is new to who asks, with the receipt for it; `text` is "" where nothing is new."""
    request = Request(
        task="",
        paths=arguments.paths(asked["paths"]),
        budget=knowledge.config.budget.default,
        have=arguments.clean(asked["have"]),
        client=asked["client"],
    )
    pack = knowledge.context(request)
    told = pack.items or pack.withdrawn or pack.authority or pack.couplings
    text = pack_text(replace(pack, confidence="high")) if told else ""
    return {"text": text, "receipt": pack.receipt}


def show(knowledge: Knowledge, asked: Mapping[str, Any]) -> dict[str, Any]:
    """One unit or document, whole, with its links."""
    reading = knowledge.read(arguments.identity(asked["id"], knowledge.root), arguments.BUDGET[1])
    links = links_of(knowledge.library, reading)
    return {"json": reading_json(reading, links)} if asked["json"] else {"text": whole_text(reading, links)}


HANDLERS: Mapping[str, Callable[[Knowledge, Mapping[str, Any]], dict[str, Any]]] = MappingProxyType(
    {"query": query, "context": context, "rules": rules, "news": news, "show": show}
)
"""What an owner answers for other processes, by the name of the command."""
