"""WSDL 1.1 and 2.0: a section an operation, its messages named, and one a type, message, binding and service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import SHOWN_WHOLE, Part, runs, sections
from ctxkb.formats.contract_text import clip, listing, name_words, named, summarise
from ctxkb.formats.decode import decode
from ctxkb.formats.xmltree import load_xml
from ctxkb.formats.xsd_parts import SCHEMA, SchemaParts, anchor_of
from ctxkb.types import Document, Kind, Parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.formats.xmltree import Element, XmlTree
    from ctxkb.types import Source

_SPACES = frozenset({"http://schemas.xmlsoap.org/wsdl/", "http://www.w3.org/ns/wsdl"})
_PORTS = ("portType", "interface")
_EXCHANGED = ("input", "output", "fault", "infault", "outfault")


def parse_wsdl(source: Source) -> Parsed:
    """Read a WSDL description; raises `SourceError` with the line where it is not XML, or describes no service."""
    tree = load_xml(decode(source.content))
    root = tree.root
    if root.tag not in ("definitions", "description") or root.space not in _SPACES:
        raise SourceError(f"not WSDL: its outermost element is {root.tag}", root.first)
    reader = _Reader(tree, source.path)
    document = Document(
        id=source.path,
        kind=Kind.CONTRACT,
        path=source.path,
        title=root.attributes.get("name") or source.path.rsplit("/", 1)[-1],
        format=source.format,
        sections=sections(sorted(reader.parts(), key=lambda part: part.first), tree.lines, "xml"),
    )
    return Parsed((document,))


class _Reader:
    """Finds the parts of one description."""

    def __init__(self, tree: XmlTree, path: str) -> None:
        self._tree = tree
        self._root = tree.root
        schemas = [child for holder in tree.root.all("types") for child in holder.children if child.space == SCHEMA]
        spaces = frozenset(schema.attributes.get("targetNamespace", "") for schema in schemas)
        self._schemas = [SchemaParts(tree, schema, path, spaces) for schema in schemas]
        self._messages = {_name(message): message for message in tree.root.all("message")}
        self._actions = _actions(tree.root)

    def parts(self) -> Iterator[Part]:
        """The parts, in no certain order."""
        yield self._info()
        for schema in self._schemas:
            yield from schema.parts()
        for message in self._messages.values():
            yield self._plain(message, "message", message_summary(message), _used(message))
        for port in self._root.all(*_PORTS):
            yield from (self._operation(operation, _name(port)) for operation in port.all("operation"))
        for binding in self._root.all("binding"):
            yield from self._binding(binding)
        for service in self._root.all("service"):
            bindings = [f"binding/{_local(port.attributes.get('binding', ''))}" for port in service.children]
            yield self._plain(service, "service", _service_summary(service), bindings)

    def _info(self) -> Part:
        """What stands above the first type, message or operation."""
        root = self._root
        types = [child for holder in root.all("types") for child in holder.children]
        inner = [child for schema in types for child in schema.children if "name" in child.attributes]
        below = [child for child in [*inner, *root.children] if child.tag not in ("types", "documentation", "import")]
        last = min((child.above for child in below), default=root.last + 1) - 1
        operations = [_name(operation) for port in root.all(*_PORTS) for operation in port.all("operation")]
        summary = summarise(
            [
                f"WSDL {_name(root)} {root.attributes.get('targetNamespace', '')}",
                root.told,
                *(clip(note.words(), 400) for note in root.all("documentation")),
                listing("services", map(_name, root.all("service")), 200),
                listing("operations", operations, 400),
            ]
        )
        return Part("info", "info", 1, max(last, root.first), summary)

    def _operation(self, operation: Element, port: str) -> Part:
        name = _name(operation)
        exchanged = [(child.tag, child) for child in operation.all(*_EXCHANGED)]
        told = [f"{tag} {named(_local(_named(child)))}" for tag, child in exchanged]
        action = self._actions.get(name, "")
        return Part(
            heading=f"{port}.{name}",
            role="operation",
            first=operation.above,
            last=operation.last,
            summary=summarise(
                [
                    f"operation {name} of {port}",
                    name_words(name),
                    *(clip(note.words(), 400) for note in operation.all("documentation")),
                    operation.told,
                    listing("messages", told, 400),
                    f"soapAction {action}" if action else "",
                ]
            ),
            breadcrumb=(port,),
            names=(name,),
            uses=tuple(used for _, child in exchanged for used in self._reached(child)),
            text=self._tree.shown(operation),
        )

    def _reached(self, child: Element) -> list[str]:
        """Anchors of the elements and types that a message carries, then of the message."""
        written = child.attributes.get("message", "")
        message = self._messages.get(_local(written))
        return [*(_used(message) if message else _used(child)), f"message/{_local(written)}"]

    def _binding(self, binding: Element) -> Iterator[Part]:
        """One part; a long binding is cut between its operations."""
        name = _name(binding)
        port = _local(binding.attributes.get("type") or binding.attributes.get("interface", ""))
        inner = binding.all("operation")
        styles = [child.attributes.get("style", "") for child in binding.children if child.tag == "binding"]
        summary = summarise(
            [
                f"binding {named(name)} of {port}",
                listing("style", styles, 60),
                listing("operations", map(_name, inner), 400),
            ]
        )
        anchor, uses = f"binding/{name}", tuple(f"{port}.{_name(operation)}" for operation in inner)
        shown = self._tree.shown(binding)
        whole = shown or binding.last - binding.first < SHOWN_WHOLE or len(inner) < 2
        last = binding.last if whole else inner[0].above - 1
        yield Part(name, "component", binding.above, last, summary, anchor, (), (), uses, text=shown)
        for run in [] if whole else runs([(operation.above, operation.last) for operation in inner]):
            past = inner[run[-1] + 1].above - 1 if run[-1] + 1 < len(inner) else binding.last
            names = [_name(inner[index]) for index in run]
            heading = " to ".join(dict.fromkeys((names[0], names[-1])))
            told = listing(f"binding {name}: operations", map(named, names), 600)
            uses = tuple(f"{port}.{each}" for each in names)
            yield Part(heading, "component", inner[run[0]].above, past, told, f"{anchor}.{names[0]}", (name,), (), uses)

    def _plain(self, element: Element, tag: str, summary: str, uses: Sequence[str]) -> Part:
        return Part(
            heading=_name(element),
            role=tag,
            first=element.above,
            last=element.last,
            summary=summary,
            anchor=f"{tag}/{_name(element)}",
            uses=tuple(uses),
            text=self._tree.shown(element),
        )


def message_summary(message: Element) -> str:
    """Name, documentation and parts of a message."""
    told = [note.words() for note in message.all("documentation")]
    carried = [f"{_name(part)} {_local(_named(part))}" for part in message.all("part")]
    return summarise([f"message {named(_name(message))}", message.told, *told, listing("parts", carried, 300)])


def _service_summary(service: Element) -> str:
    ports = service.all("port", "endpoint")
    places = (child.attributes.get("location", "") for port in ports for child in port.walk())
    addresses = [*places, *(port.attributes.get("address", "") for port in ports)]
    told = [note.words() for note in service.all("documentation")]
    names = (f"{_name(port)} {_local(port.attributes.get('binding', ''))}" for port in ports)
    return summarise(
        [f"service {named(_name(service))}", *told, listing("ports", names, 300), listing("at", addresses, 300)]
    )


def _actions(root: Element) -> dict[str, str]:
    """The SOAP action of each operation, by its name."""
    found: dict[str, str] = {}
    for binding in root.all("binding"):
        for operation in binding.all("operation"):
            for child in operation.walk():
                if action := child.attributes.get("soapAction") or child.attributes.get("action"):
                    found.setdefault(_name(operation) or _local(operation.attributes.get("ref", "")), action)
    return found


def _used(element: Element) -> list[str]:
    """Anchors of the elements and types that a message's parts, or an input of WSDL 2.0, name."""
    found = []
    for child in element.walk():
        for key, tag in (("element", "element"), ("type", "complexType")):
            if local := _local(child.attributes.get(key, "")):
                found.append(anchor_of(tag, local))
    return found


def _named(element: Element) -> str:
    attributes = element.attributes
    return attributes.get("message") or attributes.get("element") or attributes.get("ref") or attributes.get("type", "")


def _name(element: Element) -> str:
    return element.attributes.get("name") or _local(element.attributes.get("ref", ""))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
