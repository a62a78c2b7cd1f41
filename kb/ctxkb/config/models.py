"""The configuration as frozen values: every key, its default, and what it means.

The descriptions are what editors show and what `docs/configuration.md` is checked against. No key holds a command:
a checked-in file must be safe to open.
"""

from __future__ import annotations

from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from ctxkb.config.contracts import Contracts as Contracts  # these two are models, in modules of their own for length
from ctxkb.config.rule_ids import RULE_IDS, RULE_PREFIX, is_rule_id
from ctxkb.config.server import Server as Server
from ctxkb.config.table import Table
from ctxkb.text.globs import glob_fault

Severity = Literal["error", "warning", "info", "off"]
"""How much a finding of a rule matters; "off" switches the rule off."""

FailOn = Literal["error", "warning", "info", "never"]
"""The least severity at which `kb check` ends with 1."""

Level = Literal["free", "approval", "never"]
"""What agents may do to a path: change it, change it once a person approves, never change it."""

Trivial = Literal["tests", "comments", "formatting", "lock-files"]
"""What a change may consist of alone so that a coupling asks for nothing."""

AUTO = "auto"
"""In `budget.loaded_by_client`: the files that the client is known to load, told by its name."""


def _glob(text: str) -> str:
    if fault := glob_fault(text):
        raise ValueError(fault)
    return text


def _rule_id(text: str) -> str:
    if not is_rule_id(text):
        near = get_close_matches(text, RULE_IDS, 1)
        fix = f'did you mean "{near[0]}"?' if near else f'use one of {", ".join(RULE_IDS)}, or "rule:<id>"'
        raise ValueError(f'unknown rule "{text}"; {fix}')
    return text


def _day(value: Any) -> Any:  # noqa: ANN401 - what stands in the file may be anything
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value} is not a date; write it as 2027-01-31") from None


def _url(text: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if text and not usable:
        raise ValueError(
            f'"{text}" is not the address of a server; write "http://host:8000", or "" for the embedded one'
        )
    return text


_RULE_SCHEMA = {"type": "string", "anyOf": [{"enum": list(RULE_IDS)}, {"pattern": f"^{RULE_PREFIX}.+"}]}

Glob = Annotated[str, AfterValidator(_glob)]
"""A git-style pattern, relative to the repository's root."""

Globs = Annotated[tuple[Glob, ...], Field(strict=False)]
SomeGlobs = Annotated[tuple[Glob, ...], Field(strict=False, min_length=1)]
Words = Annotated[tuple[str, ...], Field(strict=False)]
Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_day)]
Url = Annotated[str, AfterValidator(_url)]
RuleId = Annotated[str, AfterValidator(_rule_id), WithJsonSchema(_RULE_SCHEMA)]
Severities = Annotated[
    dict[RuleId, Severity],
    Field(json_schema_extra={"propertyNames": _RULE_SCHEMA}),
]


class Sources(Table):
    """Where the documents of each kind are. A kind without patterns is looked for in its usual places."""

    decisions: Globs = Field(default=(), description="Globs of the decisions (ADRs); replaces their usual places.")
    more_decisions: Globs = Field(
        default=(),
        description="Globs of further decisions; the folders that .adr-dir and .log4brains.yml name are added.",
    )
    contracts: Globs = Field(
        default=(), description="Globs of the API contracts; replaces finding them by their content."
    )
    conventions: Globs = Field(default=(), description="Globs of the conventions; replaces their usual places.")
    specs: Globs = Field(default=(), description="Globs of the specs; replaces their usual places.")
    guides: Globs = Field(default=(), description="Globs of the guides; replaces their usual places.")
    ignore: Globs = Field(default=(), description="Globs of files that are never read, whatever the other lists say.")
    include_private: bool = Field(
        default=False, description="Whether files that are one person's own, such as CLAUDE.local.md, are read."
    )


class Index(Table):
    """What the indexer takes in."""

    max_file_kb: int = Field(
        default=12_000, ge=1, description="The largest file that is read, in kilobytes of 1,000 bytes."
    )


class Embedding(Table):
    """Which model turns text into vectors."""

    model: Text = Field(
        default="default",
        description=(
            'The model: "default" (bundled), a sentence-transformers name or folder, or "llama-index:<module>:<Class>".'
        ),
    )


class Vectors(Table):
    """Where the vectors are searched."""

    url: Url = Field(default="", description='The address of a Chroma server; "" is the embedded one.')


class Rerank(Table):
    """A second look at what was found best, by a model that reads question and text together."""

    model: str = Field(
        default="", description='A sentence-transformers CrossEncoder, by its name or folder; "" is none.'
    )
    timeout_ms: int = Field(
        default=300, ge=1, le=60_000, description="Milliseconds after which an answer comes without it."
    )
    top: int = Field(default=30, ge=2, le=100, description="How many of the best units it looks at.")


class Budget(Table):
    """How large an answer is."""

    default: int = Field(
        default=2000, ge=50, le=20_000, description="Tokens of an answer when the caller names no budget."
    )
    loaded_by_client: Globs = Field(
        default=(AUTO,),
        description=(
            'Globs of files that the client loads by itself, which are cited, not repeated; "auto" stands for those '
            "that its name tells."
        ),
    )


class SeverityByPath(Table):
    """Severities for some paths only."""

    paths: SomeGlobs = Field(description="Globs of the files concerned.")
    severity: Severities = Field(description="Severity for each rule id there; the last table that matches decides.")


PersonalData = Literal["email", "phone", "iban", "credit-card", "ip"]
"""Kinds of personal data that can be masked."""


class Privacy(Table):
    """What of the documents is masked before anything is kept."""

    secrets: bool = Field(default=True, description="Whether keys, tokens and passwords in documents are masked.")
    mask: Annotated[tuple[PersonalData, ...], Field(strict=False)] = Field(
        default=(),
        description='Personal data that is masked too: "email", "phone", "iban", "credit-card", "ip".',
    )
    allow: Words = Field(
        default=(), description="Values that are never masked; `*` stands for any characters: `*@our-company.com`."
    )


class Check(Table):
    """When `kb check` fails."""

    fail_on: FailOn = Field(default="error", description="The least severity at which `kb check` ends with 1.")
    severity: Severities = Field(default={}, description="Severity for each rule id that shall not have its own.")
    paths: Annotated[tuple[SeverityByPath, ...], Field(strict=False)] = Field(
        default=(), description="Severities for some paths only; one table each."
    )
    approval: Literal["trailer", "ci"] = Field(
        default="trailer",
        description=(
            'What counts as a person\'s approval: an `Approved-by:` trailer or what CI passes in ("trailer"), or only '
            'the latter ("ci").'
        ),
    )
    receipt: Literal["off", "warning", "error"] = Field(
        default="off",
        description="How much it matters that a commit to governed paths has no `Context-Receipt:` trailer that holds.",
    )


class Couple(Table):
    """Files that change together."""

    name: str = Field(default="", description="What the coupling is called in its findings.")
    when: SomeGlobs = Field(description="Globs: when one of these files changes ...")
    require: SomeGlobs = Field(description="... a file that one of these globs matches must change too.")
    unless: Globs = Field(default=(), alias="except", description="Globs of files whose change alone asks for nothing.")
    unless_only: Annotated[tuple[Trivial, ...], Field(strict=False)] = Field(
        default=(),
        description='Changes that ask for nothing: only "tests", "comments", "formatting" or "lock-files".',
    )
    message: str = Field(default="", description="What the finding says, beside the files.")
    severity: Severity = Field(default="error", description="How much it matters.")


class Dependencies(Table):
    """Which third-party packages may come in."""

    new: Literal["decision", "allow", "off"] = Field(
        default="decision",
        description=(
            'What a new dependency needs: an accepted decision that names it ("decision"), a place in `allow` '
            '("allow"), or nothing ("off").'
        ),
    )
    allow: Words = Field(
        default=(), description="Names that may come in without a decision; `*` stands for any characters."
    )
    banned: dict[str, str] = Field(default={}, description="Names that must not come in, each with the reason.")


class Waiver(Table):
    """A finding that is accepted until a date."""

    rule: RuleId = Field(description="The rule whose findings are accepted.")
    paths: SomeGlobs = Field(description="Globs of the files whose findings are accepted.")
    until: Day = Field(description="The last day on which the waiver holds.")
    owner: Text = Field(description="Who answers for it.")
    reason: Text = Field(description="Why the finding is accepted.")


class Sync(Table):
    """The rule files of agents that `kb sync` writes."""

    conventions: Globs = Field(default=(), description="Globs of the conventions that are written to them.")
    targets: Annotated[tuple[Literal["agents", "claude", "cursor", "copilot"], ...], Field(strict=False)] = Field(
        default=("agents", "claude", "cursor", "copilot"), description="Whose rule files are written."
    )


class Authority(Table):
    """What agents may touch."""

    paths: SomeGlobs = Field(description="Globs of the files concerned.")
    level: Level = Field(description='What agents may do: "free", "approval" (once a person approves) or "never".')
    owner: str = Field(default="", description="Who approves; CODEOWNERS tells where this is empty.")


class Config(Table):
    """The whole configuration of one repository; `Config()` holds the defaults."""

    sources: Sources = Field(default=Sources(), description="Where the documents are.")
    index: Index = Field(default=Index(), description="What the indexer takes in.")
    embedding: Embedding = Field(default=Embedding(), description="Which model turns text into vectors.")
    vectors: Vectors = Field(default=Vectors(), description="Where the vectors are searched.")
    rerank: Rerank = Field(default=Rerank(), description="A second look at what was found best.")
    budget: Budget = Field(default=Budget(), description="How large an answer is.")
    server: Server = Field(default=Server(), description="How `kb serve` behaves.")
    privacy: Privacy = Field(default=Privacy(), description="What of the documents is masked before anything is kept.")
    check: Check = Field(default=Check(), description="When `kb check` fails.")
    couple: Annotated[tuple[Couple, ...], Field(strict=False)] = Field(
        default=(), description="Files that change together; one table each."
    )
    contracts: Contracts = Field(default=Contracts(), description="When a contract may break its clients.")
    dependencies: Dependencies = Field(default=Dependencies(), description="Which third-party packages may come in.")
    sync: Sync = Field(default=Sync(), description="The rule files of agents that `kb sync` writes.")
    waivers: Annotated[tuple[Waiver, ...], Field(strict=False)] = Field(
        default=(), description="Findings that are accepted until a date; one table each."
    )
    authority: Annotated[tuple[Authority, ...], Field(strict=False)] = Field(
        default=(), description="What agents may touch; one table each."
    )
