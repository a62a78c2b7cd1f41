"""The MCP prompts: three of our own, which come with what binds the work, and those that the repository holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ctxkb.budget.render import pack_text
from ctxkb.errors import KbError
from ctxkb.knowledge import Request
from ctxkb.knowledge.requests import repository_path
from ctxkb.text.globs import compile_globs
from ctxkb.types import Kind
from ctxkb_server import arguments
from ctxkb_server.answers import hit_line
from ctxkb_server.caller import current
from ctxkb_server.prompt_files import prompt_files
from ctxkb_server.prompt_gaps import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ctxkb.config.models import Couple
    from ctxkb.knowledge import Knowledge
    from ctxkb_server.prompt_files import PromptFile

PATHS = Gap("paths", "Files or folders it touches, with commas between them")
RELATED = 5
"""Decisions that are named beside a new one."""

HOW_TO_IMPLEMENT = (
    "First name in a few lines the rules below that touch it. Where the task goes against one of them, stop and ask. "
    "Call get_context again with the real paths once you know them. What you decide that the next person would "
    "question is written down as a decision. It is done when `kb check` finds nothing."
)

HOW_TO_DECIDE = (
    "Say what forces the choice, at least two options that were really open, the outcome in one sentence, and what "
    "becomes harder by it. Link what it supersedes or amends. Keep the status proposed: a person accepts it. What you "
    "do not know, ask; do not make it up."
)

DONE = (
    "Each rule that binds the paths is kept.",
    "A choice that the next person would question has a decision, with its status.",
    "Contracts, specs and guides say what the code now does.",
)
TESTED = "The tests pass, and `kb check` finds nothing."


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it is offered; `write` gives its text for the values of its gaps, and the name of the client."""

    name: str
    title: str
    description: str
    gaps: tuple[Gap, ...]
    write: Callable[[Knowledge, Mapping[str, str], str], str]


def prompts(knowledge: Knowledge) -> list[Prompt]:
    """Our own prompts, and those of the repository that whoever asks may see."""
    own = {prompt.name for prompt in OWN}
    sight = current().sight
    files = prompt_files(knowledge.root, knowledge.config.privacy, own)
    return [*OWN, *(_of_file(file) for file in files if sight.sees(Kind.GUIDE, file.path))]


def _of_file(file: PromptFile) -> Prompt:
    def write(_knowledge: Knowledge, values: Mapping[str, str], _client: str) -> str:
        return file.content.filled(values)

    return Prompt(file.name, file.title, file.description, file.content.gaps, write)


def filled(knowledge: Knowledge, name: str, values: Mapping[str, str], client: str) -> tuple[Prompt, str]:
    """A prompt and its text. Raises `KbError` for an unknown one, and for an argument that is missing or unknown."""
    offered = {prompt.name: prompt for prompt in prompts(knowledge)}
    prompt = offered.get(name)
    if prompt is None:
        raise KbError(f'there is no prompt "{name[:80]}"; there are {", ".join(offered)}')
    given = {key: arguments.clean(value) for key, value in values.items()}
    missing = [gap.name for gap in prompt.gaps if gap.required and not given.get(gap.name)]
    if missing:
        raise KbError(f"{name} needs {', '.join(missing)}")
    known = [gap.name for gap in prompt.gaps]
    if unknown := next((key for key in given if key not in known), ""):
        raise KbError(f'{name} has no argument "{unknown[:80]}"; it takes {", ".join(known) or "none"}')
    return prompt, prompt.write(knowledge, given, client)


def _implement(knowledge: Knowledge, values: Mapping[str, str], client: str) -> str:
    paths = _paths(values)
    pack = knowledge.context(Request(values["task"], paths, knowledge.config.budget.default, client=client))
    touched = f"It touches {', '.join(paths)}." if paths else ""
    head = f"Implement this in the repository {knowledge.root.name}: {values['task']}"
    return _parts(head, touched, HOW_TO_IMPLEMENT, pack_text(pack))


def _decide(knowledge: Knowledge, values: Mapping[str, str], _client: str) -> str:
    from ctxkb_server.drafts import decision_draft  # what it stands on takes its time, and few sessions need it

    title, context = values["title"], values.get("context", "")
    hits = knowledge.search(f"{title} {context}", kinds=[str(Kind.DECISION)], limit=RELATED).hits
    begun, form = decision_draft(knowledge, title, date.today())
    near = "\n".join(hit_line(hit) for hit in hits)
    return _parts(
        f"Write a decision record: {title}",
        context,
        HOW_TO_DECIDE,
        f"Decisions that are near (read shows them):\n{near}" if near else "",
        f"Save it as {begun.path}, in this form:\n\n````markdown\n{form}````",
    )


def _finish(knowledge: Knowledge, values: Mapping[str, str], _client: str) -> str:
    paths, change = _paths(values), values.get("change", "")
    coupled = [line for couple in knowledge.config.couple for line in _coupled(couple, knowledge, paths)]
    rules = pack_text(knowledge.rules(paths, knowledge.config.budget.default)) if paths else ""
    return _parts(
        f"Go through the definition of done for this change{f': {change}' if change else '.'}",
        "\n".join(f"- [ ] {step}" for step in (*DONE, *coupled, TESTED)),
        "Tell for each point what shows it, or what is missing. Look at the diff, not at what you remember.",
        rules,
    )


def _parts(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _coupled(couple: Couple, knowledge: Knowledge, paths: Sequence[str]) -> list[str]:
    """What must change together with any of `paths`, with any file where none are given."""
    inside = [repository_path(knowledge.root, path) for path in paths]
    concerned = not inside or any(compile_globs(couple.when).matches(path) for path in inside)
    said = f" {couple.message}" if couple.message else ""
    if not concerned:
        return []
    return [f"Where {', '.join(couple.when)} changed, one of {', '.join(couple.require)} changed too.{said}"]


def _paths(values: Mapping[str, str]) -> tuple[str, ...]:
    return arguments.paths([path.strip() for path in values.get("paths", "").split(",") if path.strip()])


OWN = (
    Prompt(
        "implement_with_context",
        "Implement with context",
        "Implements a task by the rules, decisions and contracts that bind it, which come with the prompt.",
        (Gap("task", "What is to be done", required=True), PATHS),
        _implement,
    ),
    Prompt(
        "write_decision",
        "Write a decision",
        "Writes a decision record in this repository's own form, beside the decisions that are near.",
        (Gap("title", "What is decided, in a few words", required=True), Gap("context", "What forces the choice")),
        _decide,
    ),
    Prompt(
        "definition_of_done",
        "Definition of done for this change",
        "Goes through what a change must have before it is done: rules, decisions, contracts, guides, couplings.",
        (PATHS, Gap("change", "What was changed, in a sentence")),
        _finish,
    ),
)
"""What every repository gets."""
