"""Seeded mutations of an OpenAPI contract: each takes one thing from its clients, or takes nothing."""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Contract = dict[str, Any]
Mutation = tuple[str, str]
"""What is done, and the text of the contract after it."""

_METHODS = ("get", "put", "post", "delete", "patch")


def breaking(text: str, seed: int = 1) -> list[Mutation]:
    """Every way to delete, rename or weaken one thing of the contract `text`; `seed` chooses the new names."""
    chance = random.Random(seed)  # noqa: S311 - names of test data
    return [
        *_operations(text, chance),
        *_fields(text, chance),
        *_parameters(text, chance),
        *_bodies(text, chance),
    ]


def harmless(text: str, seed: int = 1) -> list[Mutation]:
    """Ways to change the text that no client can notice, each with several outcomes of chance."""
    changes = (_reorder, _describe, _extract, _inline, _rename_schema, _wrap, _add_optional, _rename_parameter)
    chosen = ((change, number) for number in range(seed, seed + 5) for change in changes)
    return [
        ("as JSON", json.dumps(_read(text))),
        ("with sorted keys", yaml.safe_dump(_read(text))),
        *(
            (f"{change.__name__.strip('_')} {number}", _written(change(_read(text), random.Random(number))))  # noqa: S311 - test data
            for change, number in chosen
        ),
    ]


def _read(text: str) -> Contract:
    found: Contract = yaml.safe_load(text)
    return found


def _written(contract: Contract) -> str:
    return str(yaml.safe_dump(contract, sort_keys=False))


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bcdfghklmnprst") + chance.choice("aeiou") for _ in range(4))


def _each(contract: Contract) -> Iterator[tuple[str, str]]:
    for path, item in contract["paths"].items():
        yield from ((path, method) for method in item if method in _METHODS)


def _changed(text: str, change: Callable[[Contract], object]) -> str:
    contract = _read(text)
    change(contract)
    return _written(contract)


def _operations(text: str, chance: random.Random) -> Iterator[Mutation]:
    contract = _read(text)
    for path, method in _each(contract):
        yield f"delete {method} {path}", _changed(text, lambda it, p=path, m=method: it["paths"][p].pop(m))
        if method != "patch" and "patch" not in contract["paths"][path]:
            changed = _read(text)
            changed["paths"][path]["patch"] = changed["paths"][path].pop(method)
            yield f"make {method} {path} a patch", _written(changed)
    for path in contract["paths"]:
        yield f"delete {path}", _changed(text, lambda it, p=path: it["paths"].pop(p))
        changed = _read(text)
        changed["paths"][f"/{_word(chance)}{path}"] = changed["paths"].pop(path)
        yield f"rename {path}", _written(changed)


def _schemas(node: Any, trail: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Contract]]:  # noqa: ANN401 - YAML
    """Every schema with properties, and where it stands."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield trail, node
        for key, value in node.items():
            yield from _schemas(value, (*trail, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _schemas(value, (*trail, number))


def _at(contract: Any, trail: tuple[Any, ...]) -> Contract:  # noqa: ANN401 - YAML
    for part in trail:
        contract = contract[part]
    found: Contract = contract
    return found


def _way(trail: tuple[Any, ...]) -> str:
    """Whether the schema at `trail` goes to the server or comes from it."""
    if trail[0] == "components":
        return "request" if "Input" in str(trail[2]) or trail[2] == "Item" else "response"
    return "request" if "requestBody" in trail else "response"


def _fields(text: str, chance: random.Random) -> Iterator[Mutation]:
    contract = _read(text)
    for trail, schema in _schemas(contract):
        where = ".".join(map(str, trail[-3:]))
        for name in schema["properties"]:
            if _way(trail) == "response":
                gone, renamed = _read(text), _read(text)
                del _at(gone, trail)["properties"][name]
                yield f"delete field {where}.{name}", _written(gone)
                fields = _at(renamed, trail)["properties"]
                fields[_word(chance)] = fields.pop(name)
                yield f"rename field {where}.{name}", _written(renamed)
            elif name not in schema.get("required", []):
                demanded = _read(text)
                _at(demanded, trail).setdefault("required", []).append(name)
                yield f"require field {where}.{name}", _written(demanded)
        if _way(trail) == "request":
            new = _read(text)
            word = _word(chance)
            _at(new, trail)["properties"][word] = {"type": "string"}
            _at(new, trail).setdefault("required", []).append(word)
            yield f"add required field {where}.{word}", _written(new)


def _parameters(text: str, chance: random.Random) -> Iterator[Mutation]:
    contract = _read(text)
    for path, method in _each(contract):
        for number, parameter in enumerate(contract["paths"][path][method].get("parameters", [])):
            if not parameter.get("required"):
                demanded = _read(text)
                demanded["paths"][path][method]["parameters"][number]["required"] = True
                yield f"require {parameter['name']} of {method} {path}", _written(demanded)
        new = _read(text)
        parameter = {"name": _word(chance), "in": chance.choice(["query", "header"]), "required": True}
        new["paths"][path][method].setdefault("parameters", []).append({**parameter, "schema": {"type": "string"}})
        yield f"add required parameter to {method} {path}", _written(new)


def _bodies(text: str, chance: random.Random) -> Iterator[Mutation]:
    contract = _read(text)
    for path, method in _each(contract):
        operation = contract["paths"][path][method]
        if "requestBody" in operation and not operation["requestBody"].get("required"):
            demanded = _read(text)
            demanded["paths"][path][method]["requestBody"]["required"] = True
            yield f"require the body of {method} {path}", _written(demanded)
        for code, answer in operation["responses"].items():
            if answer.get("content"):
                emptied = _read(text)
                del emptied["paths"][path][method]["responses"][code]["content"]
                yield f"delete the content of {code} of {method} {path}", _written(emptied)
                other = _read(text)
                schema = {"type": "object", "properties": {_word(chance): {"type": "string"}}}
                other["paths"][path][method]["responses"][code]["content"]["application/json"]["schema"] = schema
                yield f"replace the schema of {code} of {method} {path}", _written(other)


def _reorder(node: Any, chance: random.Random) -> Any:  # noqa: ANN401 - YAML
    """Mappings in another order, and the names that are required."""
    if isinstance(node, dict):
        keys = list(node)
        chance.shuffle(keys)
        return {key: _reorder(node[key], chance) for key in keys}
    if isinstance(node, list):
        items = [_reorder(item, chance) for item in node]
        if all(isinstance(item, str) for item in items):
            chance.shuffle(items)
        return items
    return node


def _describe(contract: Contract, chance: random.Random) -> Contract:
    """A description and an example for every schema, a summary for every operation."""
    for _, schema in _schemas(contract):
        schema["description"] = _word(chance)
        for value in schema["properties"].values():
            value.update({"description": _word(chance)} if "$ref" not in value else {})
    for path, method in _each(contract):
        contract["paths"][path][method].update({"summary": _word(chance), "tags": [_word(chance)]})
    return contract


def _extract(contract: Contract, chance: random.Random) -> Contract:
    """A schema that stands in place goes behind a `$ref`."""
    inline = [schema for trail, schema in _schemas(contract) if len(trail) > 3]
    schema = chance.choice(inline)
    name = _word(chance).title()
    contract["components"]["schemas"][name] = copy.deepcopy(schema)
    schema.clear()
    schema["$ref"] = f"#/components/schemas/{name}"
    return contract


def _inline(contract: Contract, chance: random.Random) -> Contract:
    """What a `$ref` leads to stands in its place."""
    name = chance.choice(sorted(contract["components"]["schemas"]))
    whole = contract["components"]["schemas"][name]
    return _replaced(contract, f"#/components/schemas/{name}", whole)


def _replaced(node: Any, ref: str, whole: Contract) -> Any:  # noqa: ANN401 - YAML
    if isinstance(node, dict):
        if node.get("$ref") == ref:
            return copy.deepcopy(whole)
        return {key: _replaced(value, ref, whole) for key, value in node.items()}
    return [_replaced(item, ref, whole) for item in node] if isinstance(node, list) else node


def _rename_schema(contract: Contract, chance: random.Random) -> Contract:
    """A component has another name."""
    name, new = chance.choice(sorted(contract["components"]["schemas"])), _word(chance).title()
    renamed = _replaced(contract, f"#/components/schemas/{name}", {"$ref": f"#/components/schemas/{new}"})
    renamed["components"]["schemas"][new] = renamed["components"]["schemas"].pop(name)
    found: Contract = renamed
    return found


def _wrap(contract: Contract, chance: random.Random) -> Contract:
    """A schema becomes the only part of an `allOf`, or may be null as well."""
    _, schema = chance.choice(list(_schemas(contract)))
    inner = copy.deepcopy(schema)
    schema.clear()
    schema.update({"allOf": [inner]} if chance.random() < 0.5 else {"anyOf": [inner, {"type": "null"}]})
    return contract


def _add_optional(contract: Contract, chance: random.Random) -> Contract:
    """A field that may be left out, a parameter, an operation and a response that were not there."""
    _, schema = chance.choice(list(_schemas(contract)))
    schema["properties"][_word(chance)] = {"type": "string"}
    path, method = chance.choice(list(_each(contract)))
    new = {"name": _word(chance), "in": "query", "schema": {"type": "string"}}
    contract["paths"][path][method].setdefault("parameters", []).append(new)
    contract["paths"][f"/{_word(chance)}"] = {"get": {"responses": {"200": {"description": "Fine"}}}}
    contract["paths"][path][method]["responses"]["404"] = {"description": "Not there"}
    return contract


def _rename_parameter(contract: Contract, chance: random.Random) -> Contract:
    """The parameters of paths have other names."""
    name = _word(chance)
    contract["paths"] = {path.replace("{id}", f"{{{name}}}"): item for path, item in contract["paths"].items()}
    for item in contract["paths"].values():
        for parameter in item.get("parameters", []):
            parameter["name"] = name
    return contract
