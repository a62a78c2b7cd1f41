"""The parts of one XML Schema, which may stand alone or in a WSDL description, and where their references lead."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ctxkb.formats.contract_parts import SHOWN_WHOLE, Part, runs
from ctxkb.formats.contract_text import clip, listing, named, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.formats.xmltree import Element, XmlTree

SCHEMA = "http://www.w3.org/2001/XMLSchema"

_ROLES = {"element": "element", "complexType": "type", "simpleType": "type"}
_NAMED = ("element", "complexType", "simpleType", "group", "attributeGroup", "attribute", "notation")
_MEMBERS = frozenset({"element", "attribute", "group", "attributeGroup", "enumeration", "any"})
_MOST_FILES = 8
_WIDE = 4000
"""Characters of a part on a single line from which it is cut all the same."""


def anchor_of(tag: str, name: str) -> str:
    """The anchor of a top-level component: a type's bare name, for elements and groups have names of their own."""
    return name if tag in ("complexType", "simpleType") else f"{tag}/{name}"


class SchemaParts:
    """Reads one `schema` element; `known` holds the namespaces whose components stand in the same file."""

    def __init__(self, tree: XmlTree, schema: Element, path: str, known: frozenset[str] = frozenset()) -> None:
        self._tree = tree
        self._schema = schema
        self._path = path
        self.target = schema.attributes.get("targetNamespace", "")
        self._known = known | {self.target}
        self._imports = _imports(schema, path, self.target)
        self._own = {(self.target, anchor_of(item.tag, item.attributes["name"])) for item in self._components()}

    def info(self) -> Part:
        """What stands above the first component: comments, namespaces, imports."""
        named = self._components()
        last = self._schema.last
        if named:
            last = max(min(named[0].above - 1, last), self._schema.first)
        told = [self._schema.told, *(note.words() for note in self._schema.all("annotation"))]
        names = [element.attributes["name"] for element in named]
        summary = summarise(
            [
                f"XML Schema {self.target}",
                listing("version", [self._schema.attributes.get("version", "")], 40),
                *(clip(words, 300) for words in told),
                listing("defines", names, 500),
                listing("imports", (file for files in self._imports.values() for file in files), 200),
            ]
        )
        return Part("info", "info", 1, last, summary)

    def parts(self) -> Iterator[Part]:
        """The components in the order of the file."""
        _take_notes(self._schema)
        for element in self._components():
            name = element.attributes["name"]
            anchor = anchor_of(element.tag, name)
            role = "enum" if any(member.tag == "enumeration" for member in members(element)) else ""
            yield from self._cut(element, name, anchor, role or _ROLES.get(element.tag, "component"), ())

    def _components(self) -> list[Element]:
        return [
            child
            for holder in (self._schema, *self._schema.all("redefine", "override"))
            for child in holder.children
            if child.tag in _NAMED and child.space == SCHEMA and child.attributes.get("name")
        ]

    def _cut(self, element: Element, name: str, anchor: str, role: str, crumb: tuple[str, ...]) -> Iterator[Part]:
        """One part, or where it is long its head and then its members, gathered."""
        inner = members(element)
        shown = self._tree.shown(element)
        whole = element.last - element.first < SHOWN_WHOLE and len(shown) < _WIDE
        # Members on one line with their owner cannot be told apart by lines.
        if whole or shown or len(inner) < 2 or inner[0].above <= element.first:
            yield self._part(element, name, anchor, role, crumb, shown=shown)
            return
        yield self._part(element, name, anchor, role, crumb, last=inner[0].above - 1)
        bounds = [(member.above, member.last) for member in inner]
        for run in runs(bounds):
            past = inner[run[-1] + 1].above - 1 if run[-1] + 1 < len(inner) else element.last
            yield from self._run([inner[index] for index in run], past, anchor, (*crumb, name))

    def _run(self, run: Sequence[Element], last: int, owner: str, crumb: tuple[str, ...]) -> Iterator[Part]:
        names = [_label(member) for member in run]
        anchor = f"{owner}.{names[0]}"
        if len(run) == 1:
            yield from self._cut(run[0], names[0], anchor, "field", crumb)
            return
        summary = summarise(
            [
                f"{' '.join(crumb)}: {clip(', '.join(map(_spelled, run)), 500)}",
                *(f"{_label(member)}: {clip(words, 150)}" for member in run if (words := _told(member))),
                *filter(None, map(_facets, run)),
            ]
        )
        heading = f"{names[0]} to {names[-1]}"
        yield Part(heading, "field", run[0].above, last, summary, anchor, crumb, (), *self._uses(run))

    def _part(
        self,
        element: Element,
        name: str,
        anchor: str,
        role: str,
        crumb: tuple[str, ...],
        *,
        last: int = 0,
        shown: str = "",
    ) -> Part:
        uses, files = self._uses([element])
        return Part(
            heading=name,
            role=role,
            first=element.first if shown else element.above,
            last=last or element.last,
            summary=component_summary(element, name),
            anchor=anchor,
            breadcrumb=crumb,
            uses=uses,
            files=files,
            text=shown,
        )

    def _uses(self, elements: Sequence[Element]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Anchors of the components of this file which `elements` name, and those of other files."""
        here: dict[str, None] = {}
        files: dict[str, None] = {}
        for holder in elements:
            for element in holder.walk():
                for anchor, space in self._named(element):
                    here |= {anchor: None} if space in self._known else {}
                    if (space, anchor) not in self._own:
                        files |= {f"{file}#{anchor}": None for file in self._imports.get(space, ())}
        return tuple(here), tuple(files)

    def _named(self, element: Element) -> Iterator[tuple[str, str]]:
        """Anchor and namespace of each component that one element names, those of XML Schema itself left out."""
        for key in ("type", "base", "itemType", "memberTypes", "ref", "substitutionGroup"):
            for written in element.attributes.get(key, "").split():
                prefix, _, local = written.rpartition(":")
                space = self._tree.spaces.get(prefix, prefix or self.target)
                tag = "complexType"
                if key in ("ref", "substitutionGroup"):
                    tag = element.tag if key == "ref" else "element"
                if space != SCHEMA:
                    yield anchor_of(tag, local), space


def members(element: Element) -> list[Element]:
    """The fields, attributes and values of a component, those of its fields left out."""
    found: list[Element] = []
    stack = list(reversed(element.children))
    while stack:
        child = stack.pop()
        if child.tag in _MEMBERS:
            found.append(child)
        elif child.tag != "annotation":
            stack.extend(reversed(child.children))
    return found


def component_summary(element: Element, name: str) -> str:
    """Kind, name, documentation, base, fields or values, and restrictions of a component."""
    inner = members(element)
    values = [member for member in inner if member.tag == "enumeration"]
    fields = [member for member in inner if member.tag != "enumeration"]
    return summarise(
        [
            f"{element.tag} {named(name)}",
            clip(_told(element), 400),
            listing("type", [_local(element.attributes.get("type", ""))], 80),
            listing("base", _bases(element), 80),
            listing("fields", map(_spelled, fields), 500),
            listing("values", map(_label, values), 300),
            _facets(element),
            *(f"{_label(member)}: {clip(words, 150)}" for member in inner if (words := _told(member))),
        ]
    )


def _take_notes(schema: Element) -> None:
    """Give each annotation between two components to the one before it, where no blank line parts them."""
    before: Element | None = None
    for child in schema.children:
        if child.tag != "annotation":
            before = child if child.tag in _NAMED else None
        elif before is not None and child.above <= before.last + 1:
            before.children.append(child)
            before.last, before.end = child.last, child.end


def _imports(schema: Element, path: str, target: str) -> dict[str, tuple[str, ...]]:
    """The files of each namespace that the schema takes in, as repository paths."""
    found: dict[str, dict[str, None]] = {}
    for child in schema.all("import", "include", "redefine", "override"):
        file = located(child.attributes.get("schemaLocation", ""), path)
        space = child.attributes.get("namespace", "") if child.tag == "import" else target
        if file and len(found.setdefault(space, {})) < _MOST_FILES:
            found[space][file] = None
    return {space: tuple(files) for space, files in found.items()}


def located(location: str, path: str) -> str:
    """The repository path that a `schemaLocation` names, "" where it names none.

    Nothing is fetched: a schema on the network is taken to lie beside this file under its own name, as copies do.
    """
    written = location.strip().replace("\\", "/")
    remote = urlsplit(written).scheme or written.startswith(("/", "~"))
    target = unquote(urlsplit(written).path.rsplit("/", 1)[-1]) if remote else unquote(written)
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else ""
    return "" if found.startswith("../") or found == path else found


def _label(member: Element) -> str:
    attributes = member.attributes
    return attributes.get("name") or _local(attributes.get("ref", "")) or attributes.get("value", "") or member.tag


def _spelled(member: Element) -> str:
    """A field's name with its words behind it; a value as it is."""
    return _label(member) if member.tag == "enumeration" else named(_label(member))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _told(element: Element) -> str:
    """What a component's documentation and the comments above it say."""
    notes = [note.words() for note in element.all("annotation")]
    return " ".join(filter(None, [*notes, element.told]))


def _bases(element: Element) -> list[str]:
    found = (child for child in element.walk() if child.tag in ("extension", "restriction", "list"))
    return [_local(child.attributes.get("base") or child.attributes.get("itemType", "")) for child in found][:1]


_FACETS = (
    "pattern", "length", "minLength", "maxLength", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive",
    "totalDigits", "fractionDigits",
)  # fmt: skip


def _facets(element: Element) -> str:
    """The restrictions of a type, or of a field's own type: "pattern [0-9]+, maxLength 10"."""
    found = (child for child in element.walk() if child.tag in _FACETS)
    return clip(", ".join(f"{child.tag} {child.attributes.get('value', '')}" for child in found), 150)
