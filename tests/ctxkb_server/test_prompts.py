from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import TextContent

from ctxkb.budget.render import pack_text
from ctxkb.catalog.view import Sight
from ctxkb.types import Kind
from ctxkb_server.caller import Caller, acting
from support.sample import sample
from support.serving import asked, indexed, served

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.types import Prompt

    from ctxkb.knowledge import Knowledge
    from ctxkb_server.server import KbServer

COUPLE = """
[[couple]]
when = ["api/**"]
require = ["contracts/**"]
message = "The contract describes the API."

[[couple]]
when = ["web/**"]
require = ["docs/**"]
"""


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository with couplings and a prompt of its own."""
    root = tmp_path_factory.mktemp("sample").resolve()
    sample(root).write({"kb.toml": COUPLE, ".github/prompts/fix.prompt.md": "Fix ${input:issue:its number}.\n"})
    return indexed(root)


def _prompts(server: KbServer, mode: Literal["auto", "legacy"] = "auto") -> list[Prompt]:
    return list(asked(server, lambda client: client.list_prompts(), mode).prompts)


def _text(knowledge: Knowledge, name: str, **values: str) -> str:
    result = asked(served(knowledge), lambda client: client.get_prompt(name, values))
    (message,) = result.messages
    assert message.role == "user"
    assert isinstance(message.content, TextContent)
    return message.content.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_ours_and_the_repositorys_are_listed(knowledge: Knowledge, mode: Literal["auto", "legacy"]) -> None:
    """Each with its arguments, and which of them must be given."""
    listed = {
        prompt.name: {argument.name: argument.required for argument in prompt.arguments or ()}
        for prompt in _prompts(served(knowledge), mode)
    }
    assert listed == {
        "implement_with_context": {"task": True, "paths": False},
        "write_decision": {"title": True, "context": False},
        "definition_of_done": {"paths": False, "change": False},
        "fix": {"issue": True, "arguments": False},
    }


def test_implementing_comes_with_what_binds_it(knowledge: Knowledge) -> None:
    """The prompt holds the task and the pack that get_context would give."""
    text = _text(knowledge, "implement_with_context", task="outgoing calls with httpx", paths="api/a.py, api/b.py")
    assert text.startswith(f"Implement this in the repository {knowledge.root.name}: outgoing calls with httpx\n\n")
    assert "It touches api/a.py, api/b.py." in text
    assert "### Rule of this repository, from AGENTS.md:1-4: Working here" in text
    assert "Outgoing calls use httpx with a timeout of five seconds." in text


def test_a_decision_is_written_in_the_repositorys_own_form(knowledge: Knowledge) -> None:
    """The prompt names the decisions that are near, the next file, and the form that the others have."""
    text = _text(knowledge, "write_decision", title="Call services over gRPC", context="httpx is slow")
    assert text.startswith("Write a decision record: Call services over gRPC\n\nhttpx is slow\n\n")
    assert "docs/adr/0002-call-services-with-httpx.md#decision" in text
    assert "Save it as docs/adr/0003-call-services-over-grpc.md" in text
    assert "# 3. Call services over gRPC" in text
    assert "## Status\n\nProposed\n" in text
    assert not (knowledge.root / "docs/adr/0003-call-services-over-grpc.md").exists()


def test_done_is_what_the_paths_ask_for(knowledge: Knowledge) -> None:
    """The list holds what is coupled to these paths, and the rules that bind them."""
    text = _text(knowledge, "definition_of_done", paths="api/x.py", change="refunds are paged")
    assert text.startswith("Go through the definition of done for this change: refunds are paged\n\n- [ ] Each rule")
    assert (
        "- [ ] Where api/** changed, one of contracts/** changed too. The contract describes the API.\n"
        "- [ ] The tests pass, and `kb check` finds nothing."
    ) in text
    assert "web/**" not in text
    assert text.endswith(pack_text(knowledge.rules(["api/x.py"], 2000)))
    assert "Where web/** changed, one of docs/** changed too." in _text(knowledge, "definition_of_done")


def test_a_prompt_of_the_repository_is_filled(knowledge: Knowledge) -> None:
    """Its gaps take the arguments, without control characters."""
    assert _text(knowledge, "fix", issue="7\x1b[31m") == "Fix 7 [31m."


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("fix", {}, "fix needs issue"),
        ("fix", {"issue": " "}, "fix needs issue"),
        ("fix", {"issue": "7", "x": "y"}, 'fix has no argument "x"; it takes issue, arguments'),
        ("implement_with_context", {}, "implement_with_context needs task"),
        (
            "nothing",
            {},
            'there is no prompt "nothing"; there are implement_with_context, write_decision, definition_of_done, fix',
        ),
        (
            "implement_with_context",
            {"task": "x", "paths": "../../etc"},
            "'../../etc' lies outside the repository; give paths relative to its root",
        ),
        ("write_decision", {"title": "..."}, "a decision needs a title: say in a few words what is decided"),
    ],
)
def test_what_is_wrong_is_explained(knowledge: Knowledge, name: str, values: dict[str, Any], message: str) -> None:
    """The error is one line that says what to pass."""
    with pytest.raises(MCPError) as error:
        _text(knowledge, name, **values)
    assert (error.value.message, error.value.code, error.value.data) == (message, -32602, {"prompt": name})


def test_who_sees_less_is_offered_less(knowledge: Knowledge) -> None:
    """A prompt of the repository lies within the sight of its readers or is not there."""
    server = served(knowledge)
    with acting(Caller("ci", Sight(frozenset({Kind.DECISION})))):
        assert "fix" not in [prompt.name for prompt in _prompts(server)]
    with acting(Caller("ci", Sight(paths=(".github/**",)))):
        assert "fix" in [prompt.name for prompt in _prompts(server)]


def test_prompts_follow_their_files(tmp_path: Path) -> None:
    """A prompt that is written while serving is offered at once."""
    repo = sample(tmp_path)
    server = served(indexed(tmp_path))
    assert len(_prompts(server)) == 3
    repo.write({".cursor/commands/ship.md": "Ship it.\n"})
    assert _prompts(server)[-1].name == "ship"
