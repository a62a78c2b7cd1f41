"""What flows through the knowledge base: frozen values, no behaviour beyond what they can say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date


class Kind(StrEnum):
    """What a document is for."""

    DECISION = "decision"
    CONTRACT = "contract"
    CONVENTION = "convention"
    SPEC = "spec"
    GUIDE = "guide"


class Status(StrEnum):
    """The known states of a decision. A word outside this list stays visible as it was written."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"


SETTLED = frozenset({Status.REJECTED, Status.DEPRECATED, Status.SUPERSEDED})
"""Statuses of a decision that no longer holds, or never did."""

Syntax = Literal[
    "markdown", "rst", "asciidoc", "yaml", "json", "graphql", "proto", "xml", "sql", "prisma", "diagram", "text"
]
"""How the text of a section is written, which decides where it may be cut."""

Apply = Literal["always", "paths", "agent", "manual"]
"""How a document comes to apply: to everything, to paths that match, when an agent finds it fitting, when named."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was read. `path` is relative to the repository's root, with forward slashes."""

    path: str
    content: bytes
    kind: Kind
    format: str
    """A key of `ctxkb.formats.FORMATS`: which parser reads it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which paths a document governs.

    `globs` are git-style patterns relative to the repository's root; an empty tuple stands for every path. `apply`
    is "always" where the document governs without being asked, "paths" where a glob must match, "agent" and "manual"
    where it only informs. `stated` is true where the document says so itself (front matter, its place in a package),
    and false where nothing was said and the whole repository is assumed.
    """

    globs: tuple[str, ...] = ()
    apply: Apply = "always"
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A relation that one document states to another one.

    `relation` is "supersedes", "superseded-by", "amends", "amended-by", "relates" or "imports". `target` is what the
    file says: a relative path, a number such as "57", one of another series ("RFC-57"), or a slug; `line` is 1-based.
    """

    relation: str
    target: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading, as a parser found it, before it is cut into units.

    `first` and `last` are 1-based, inclusive lines of the file; `text` is those lines verbatim, the heading included.
    `breadcrumb` holds the headings above it, outermost first, without its own. `anchor` is unique in the document.
    `role` tells what the section is to its document: for a decision "context", "drivers", "options", "outcome",
    "consequences", "confirmation", "pros-cons", "more", "status", "preamble"; for a contract "operation", "schema",
    "message", "type", "field", "enum", "service", "rpc", "webhook", "component", "info", "channel", "element", "table",
    "endpoint", "integration", "requirement"; "criterion" for an acceptance criterion; "diagram" for one drawn in text;
    "rule" for one that `kb check` enforces, in words; else "".
    """

    heading: str
    anchor: str
    first: int
    last: int
    text: str
    level: int = 1
    breadcrumb: tuple[str, ...] = ()
    role: str = ""
    syntax: Syntax = "markdown"
    refs: tuple[str, ...] = ()
    """Anchors or paths that a reader needs beside this section: the resolved `$ref`s of an operation."""
    summary: str = ""
    """Words that stand for this section when it is embedded: an operation's method, path, parameters and fields."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Code, a path or a name that tests a rule; `path` tells the code's language, `line` where it stands."""

    text: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ExecutableRule:
    """A rule of a decision or convention that `kb check` enforces where the document governs: see `formats.executable`.

    With `forbid` none of `values` may be there, else one must. `when` narrows the document's scope to paths that match.
    """

    id: str
    first: int
    last: int
    forbid: bool
    subject: Literal["import", "dependency", "pattern", "file"]
    values: tuple[str, ...]
    message: str = ""
    severity: Literal["error", "warning", "info"] = "error"
    when: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    part: Literal["code", "comments", "strings", "all"] = "code"
    on: Literal["changed", "everywhere"] = "changed"
    passes: tuple[Sample, ...] = ()
    fails: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One source file, or one logical part of it. `id` is its path, plus `#part` where a file holds several."""

    id: str
    kind: Kind
    path: str
    title: str
    format: str
    sections: tuple[Section, ...]
    status: str = ""
    """A `Status` word, or the word as written where it is none of them; "" for kinds that have no status."""
    status_text: str = ""
    """The status as the file writes it, "" where the file says nothing."""
    number: str = ""
    """The decision's number as text without leading zeros ("57"), the slug for log4brains, "" where it has none."""
    series: str = ""
    """What `number` counts: "" for ADRs, "rfc", "kep" or "tep" where they are numbered beside them."""
    date: date | None = None
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)
    links: tuple[Link, ...] = ()
    template: bool = False
    """True for an unfilled template that lies among the documents."""
    rules: tuple[ExecutableRule, ...] = ()
    """The rules that `kb check` enforces while the document binds."""
    parts: tuple[str, ...] = ()
    """Repository paths of the files of YAML and JSON to which a contract refers."""


Concern = Literal["reading", "masked", "hidden", "instruction"]
"""What a problem is about: reading the file, a secret that was masked, a hidden character, a command to its reader."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, or a part of it. `line` is 1-based, 0 for the whole file.

    `reason` says why it could not be read or, of another `concern`, what was found: "AWS key", "U+202E".
    """

    path: str
    line: int
    reason: str
    concern: Concern = "reading"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of one source: its documents, and what could not be read."""

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece that makes sense alone and can be cited.

    `id` is the document's id, "#" and the anchor. `text` is what is shown, verbatim from lines `first` to `last`;
    `tokens` counts it in o200k_base. `embed` holds the texts whose vectors find it, `details` those of its sentences.
    """

    id: str
    document: str
    kind: Kind
    path: str
    title: str
    heading: str
    breadcrumb: tuple[str, ...]
    anchor: str
    first: int
    last: int
    text: str
    syntax: Syntax
    role: str
    tokens: int
    embed: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


Confidence = Literal["high", "low", "none"]
"""How sure it is that the task's words were answered. What binds the paths is returned whatever it says."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit that answers a question: `score` is comparable within one answer only, `why` says how it was found.

    `status` is the one in effect. `severity` is that of an executable rule on the paths asked for, "" as its text says.
    """

    unit: Unit
    score: float
    why: str
    status: str = ""
    superseded_by: tuple[str, ...] = ()
    binding: bool = False
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A hit as it stands in a pack: `text` may be cut, and then says what was cut and how to read it."""

    hit: Hit
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Omitted:
    """A unit that belongs to the answer and did not fit."""

    id: str
    title: str
    tokens: int
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What the reader of an answer has already by the receipt `since`: how many items, and the tokens of those."""

    since: str
    items: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What an earlier answer gave and what no longer exists, holds or binds: `ids` of units, their name, and why."""

    ids: tuple[str, ...]
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The answer to one question, in order, within `budget` o200k_base tokens; `used` counts the whole rendering.

    `notes` are sentences for the reader: that the index is incomplete, that a gap was recorded; `authority` those about
    paths that are not to be touched, `couplings` those about what changes along with the paths. Where the reader named
    a receipt, `unchanged` says what was left out because of it, and `withdrawn` what it must no longer go by; `untold`
    counts what of that found no room.
    """

    task: str
    paths: tuple[str, ...]
    confidence: Confidence
    budget: int
    used: int
    receipt: str
    items: tuple[Item, ...]
    omitted: tuple[Omitted, ...] = ()
    notes: tuple[str, ...] = ()
    unchanged: Unchanged | None = None
    withdrawn: tuple[Withdrawn, ...] = ()
    authority: tuple[str, ...] = ()
    couplings: tuple[str, ...] = ()
    untold: int = 0
