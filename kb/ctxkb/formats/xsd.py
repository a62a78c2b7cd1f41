"""XML Schema: a section a top-level element, type and group; long ones are cut at their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import sections, untitled_contract
from ctxkb.formats.decode import decode
from ctxkb.formats.xmltree import load_xml
from ctxkb.formats.xsd_parts import SCHEMA, SchemaParts
from ctxkb.types import Parsed

if TYPE_CHECKING:
    from ctxkb.types import Source


def parse_xsd(source: Source) -> Parsed:
    """Read an XML Schema; raises `SourceError` with the line where it is no XML that `load_xml` reads, or no schema."""
    tree = load_xml(decode(source.content))
    if (tree.root.tag, tree.root.space) != ("schema", SCHEMA):
        raise SourceError(f"not an XML Schema: its outermost element is {tree.root.tag}", tree.root.first)
    reader = SchemaParts(tree, tree.root, source.path)
    return Parsed((untitled_contract(source, sections([reader.info(), *reader.parts()], tree.lines, "xml")),))
