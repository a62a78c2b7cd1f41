"""Which templates there are, and what each of them asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a template takes. `prompt` stands in its place in a draft; a `many` field takes a list of texts."""

    name: str
    prompt: str
    many: bool = False
    optional: bool = False
    """May be left out: the template says nothing then."""


@dataclass(frozen=True, slots=True)
class Template:
    """A document to start from: `id` names it, `kind` is that of the document it gives, `suffix` that of its file."""

    id: str
    title: str
    kind: Literal["decision", "spec", "guide", "convention"]
    suffix: str
    fields: tuple[Field, ...]


_TITLE = Field("title", "short title of the problem and its solution")
_STATUS = Field("status", "proposed, accepted, rejected or deprecated")
_DATE = Field("date", "YYYY-MM-DD when the decision was made")
_NUMBER = Field("number", "the decision's number", optional=True)
_SUPERSEDES = Field("supersedes", "a link to the decision that this one replaces", optional=True)
_PEOPLE = Field("decision_makers", "who decided", many=True, optional=True)
_CONTEXT = Field("context", "describe the situation and the question in two or three sentences")
_OPTIONS = Field("options", "title of an option that was considered", many=True)
_OUTCOME = Field("outcome", "title of the option that was chosen")
_REASON = Field("reason", "why this one, in the light of the drivers")
_CONSEQUENCES = Field("consequences", "what becomes easier or harder because of it", many=True)
_HEAD = (_TITLE, _STATUS, _DATE, _NUMBER, _SUPERSEDES, _PEOPLE)

_TEMPLATES = (
    Template(
        "madr",
        "Decision after MADR 4, with all of its sections",
        "decision",
        ".md",
        (
            *_HEAD,
            _CONTEXT,
            Field("drivers", "a force or concern that weighs in", many=True),
            _OPTIONS,
            _OUTCOME,
            _REASON,
            _CONSEQUENCES,
            Field("confirmation", "how it is seen that the decision is followed: a test, a review, a rule"),
            Field("pros_cons", "what speaks for and against this option"),
            Field("more", "links, evidence, when to look at it again", optional=True),
        ),
    ),
    Template(
        "madr-minimal",
        "Decision after MADR 4, with the sections that it requires",
        "decision",
        ".md",
        (*_HEAD, _CONTEXT, _OPTIONS, _OUTCOME, _REASON),
    ),
    Template(
        "nygard",
        "Decision after Michael Nygard, as adr-tools writes them",
        "decision",
        ".md",
        (
            *_HEAD,
            _CONTEXT,
            Field("decision", "what we do, as a full sentence in the active voice"),
            Field("consequences", "what becomes easier or harder because of it, for good and for ill"),
        ),
    ),
    Template(
        "y-statement",
        "Decision in one sentence (Y-statement)",
        "decision",
        ".md",
        (
            *_HEAD,
            Field("situation", "the use case or component concerned"),
            Field("concern", "the quality or requirement that is at stake"),
            Field("decision", "the option that was chosen"),
            Field("neglected", "the options that were not chosen"),
            Field("benefit", "the quality that is achieved"),
            Field("drawback", "the consequence that is accepted"),
        ),
    ),
    Template(
        "guide",
        "Usage guide for people and agents",
        "guide",
        ".md",
        (
            Field("title", "what the reader will be able to do"),
            Field("summary", "what it is for and when to use it, in one or two sentences"),
            Field("prerequisites", "what must be there before", many=True),
            Field("steps", "one thing to do, as an order", many=True),
            Field("example", "a complete command or piece of code that works as it stands"),
            Field("language", "the language of the example", optional=True),
            Field("verify", "how the reader sees that it worked"),
            Field("troubles", "what goes wrong, and what to do about it", many=True),
            Field("owner", "who answers questions about it"),
        ),
    ),
    Template(
        "service-spec",
        "Service specification in YAML",
        "spec",
        ".yaml",
        (
            Field("service", "name of the service"),
            Field("domain", "business domain it belongs to"),
            Field("owner", "team that answers for it"),
            Field("summary", "what the service does, in one sentence"),
            Field("compliance", "law or standard that binds it", many=True),
            Field("path", "path of the endpoint"),
            Field("method", "HTTP method"),
            Field("purpose", "what the endpoint does"),
            Field("inputs", "field of the request: what it holds", many=True),
            Field("processing", "one step of what happens", many=True),
            Field("outputs", "field of the response: what it holds", many=True),
            Field("latency", "largest acceptable latency at the 95th percentile"),
            Field("availability", "share of the time in which it answers"),
            Field("audit", "what is written to the audit log"),
            Field("requirements", "what the law or standard asks of this service", many=True),
            Field("integrations", "other system, and what for", many=True),
            Field("criteria", "what must be true, in a way that a test can show", many=True),
        ),
    ),
    Template(
        "convention",
        "Convention with its rules, one of them in a form for programs",
        "convention",
        ".md",
        (
            Field("title", "what the convention is about"),
            Field("scope", "glob of the paths that it governs", many=True),
            Field("owner", "who answers for it"),
            Field("why", "what goes wrong without it"),
            Field("rules", "one rule, with MUST or MUST NOT", many=True),
            Field("rule_id", "short-name-of-the-rule"),
            Field("forbidden", "the import that is forbidden"),
            Field("message", "what to do in its place"),
            Field("good", "an example that follows the rules"),
            Field("bad", "an example that breaks them"),
            Field("language", "the language of the examples", optional=True),
        ),
    ),
)


def templates() -> tuple[Template, ...]:
    """Every template: decisions first, the most usual form first."""
    return _TEMPLATES
