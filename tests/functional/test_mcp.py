from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from mcp import Client, StdioServerParameters

from ctxkb.text.count import count_tokens
from support.sample import KB, kb, sample
from support.serving import cost, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from support.repos import Repo

TASK = "outgoing calls with httpx and a timeout of five seconds"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """The sample repository, never indexed."""
    return sample(tmp_path / "sample")


def _talk(
    root: Path,
    ask: Callable[[Client], Coroutine[Any, Any, None]],
    mode: Literal["legacy", "auto"] = "auto",
    code: str = KB[2],
) -> None:
    """Starts `kb serve` as a client does, and lets `ask` talk to it."""
    server = StdioServerParameters(command=KB[0], args=["-c", code, "serve"], cwd=root, env=dict(os.environ))

    async def conversation() -> None:
        async with Client(server, mode=mode) as client:
            await ask(client)

    asyncio.run(conversation())


async def _until(client: Client, tool: str, wanted: str, seconds: float, **arguments: object) -> str:
    """The first text of a tool's answers that holds `wanted`; fails after a while."""
    end = time.monotonic() + seconds
    while True:
        text = text_of(await client.call_tool(tool, arguments))
        if wanted in text:
            return text
        assert time.monotonic() < end, text
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_answers_in_a_repository_that_was_never_indexed(repo: Repo, mode: Literal["legacy", "auto"]) -> None:
    """Both eras of the protocol list and call the tools, while the index is built behind them."""

    async def ask(client: Client) -> None:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert names == ["get_context", "search", "read", "check_change", "report_gap"]
        await _until(client, "get_context", "- Never log customer data.", 10, task=TASK, paths=["api/x.py"])
        await _until(client, "search", "docs/adr/0002-call-services-with-httpx.md#decision", 1, query="httpx")
        await _until(client, "read", "Outgoing calls use httpx with a timeout", 1, id="ADR-0002")
        packed = await client.call_tool("get_context", {"task": TASK, "paths": ["api/x.py"], "format": "json"})
        assert packed.content == []
        assert packed.structured_content["items"]

    _talk(repo.root, ask, mode)
    calls = [json.loads(line) for line in (repo.root / ".kb" / "audit.jsonl").read_text().splitlines()]
    assert {call["tool"] for call in calls} == {"get_context", "search", "read"}


def test_budgets_hold_over_the_wire(repo: Repo) -> None:
    """From the smallest to the largest budget, text and JSON, nothing that arrives is larger."""

    async def ask(client: Client) -> None:
        await _until(client, "search", "0002-call-services", 10, query="httpx")
        for budget in (50, 120, 200, 333, 800, 20_000):
            for form in ("text", "json"):
                arguments = {"task": TASK, "paths": ["api/a.py"], "budget_tokens": budget, "format": form}
                assert cost(await client.call_tool("get_context", arguments)) <= budget

    _talk(repo.root, ask)


def test_an_edit_is_seen_while_serving(repo: Repo) -> None:
    """A changed, a new and a deleted file are answered for about a second later, without a restart."""

    async def ask(client: Client) -> None:
        await _until(client, "search", "0002-call-services", 10, query="httpx")
        repo.write({"docs/guides/zebra.md": "# Zebra crossing\n\nStop for zebras.\n"})
        await _until(client, "search", "zebra.md", 3, query="zebra crossing")
        repo.write({"docs/guides/zebra.md": "# Zebra crossing\n\nStop for okapis.\n"})
        await _until(client, "read", "okapis", 3, id="docs/guides/zebra.md")
        repo.remove("docs/guides/zebra.md")
        end = time.monotonic() + 3
        while not (await client.call_tool("read", {"id": "docs/guides/zebra.md"})).is_error:
            assert time.monotonic() < end
            await asyncio.sleep(0.05)

    _talk(repo.root, ask)


def test_an_index_that_is_deleted_while_serving_is_built_again(repo: Repo) -> None:
    """`rm -r .kb` costs a moment and no restart."""

    async def ask(client: Client) -> None:
        await _until(client, "search", "0002-call-services", 10, query="httpx")
        shutil.rmtree(repo.root / ".kb", ignore_errors=True)
        repo.write({"docs/guides/zebra.md": "# Zebra crossing\n\nStop for zebras.\n"})
        await _until(client, "search", "zebra.md", 10, query="zebra crossing")
        assert kb(repo.root, "query", "zebra crossing", "--limit", "1").stdout.startswith("docs/guides/zebra.md:1")

    _talk(repo.root, ask)


def test_nothing_but_the_protocol_reaches_standard_output(repo: Repo) -> None:
    """What a library prints, by Python or past it, goes to standard error; every line out is a JSON-RPC message."""
    code = (
        "import os, sys\n"
        "from ctxkb.knowledge import Knowledge\n"
        "search = Knowledge.search\n"
        "def noisy(*a, **k):\n"
        "    print('stray'); sys.stdout.flush(); os.write(1, b'stray'); os.system('echo stray')\n"
        "    return search(*a, **k)\n"
        "Knowledge.search = noisy\n"
        f"{KB[2]}"
    )
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "x"}},
    }
    with _served(repo.root, code) as process:
        lines = [_exchange(process, HELLO), _exchange(process, call)]
        out, err = process.communicate(timeout=30)
    assert [line["id"] for line in lines] == [1, 2]
    assert out == b""
    assert err.count(b"stray") == 3
    assert process.returncode == 0


def test_whatever_is_sent_is_answered(repo: Repo) -> None:
    """Half a character in an argument, a line that is no JSON, a request that is none: no client waits in vain."""
    call = {
        **HELLO,
        "id": 2,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "\ud800 httpx"}},
    }
    sent = [json.dumps(call), "hello", "", json.dumps({**call, "id": 3, "params": [1]}), json.dumps({**call, "id": 4})]
    with _served(repo.root, KB[2]) as process:
        _exchange(process, HELLO)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(f"{line}\n" for line in sent).encode())
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(4)]
        _, told = process.communicate(timeout=30)
    assert {answer["id"]: answer.get("error", {}).get("code") for answer in answers} == {
        None: -32700,
        2: None,
        3: -32600,
        4: None,
    }
    assert len([line for line in told.splitlines() if line.startswith(b"kb: ")]) == 4


def test_it_ends_with_its_client_and_leaves_no_process(repo: Repo) -> None:
    """Once standard input is closed the process is gone within seconds, with all that it started."""
    with _served(repo.root, KB[2], start_new_session=True) as process:
        _exchange(process, HELLO)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    assert not (repo.root / ".kb" / "owner.json").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_on_a_signal(repo: Repo, number: signal.Signals) -> None:
    """A signal ends it although it waits for input, and its place at the index is free again."""
    with _served(repo.root, KB[2]) as process:
        _exchange(process, HELLO)
        process.send_signal(number)
        assert process.wait(5) == 0
    assert not (repo.root / ".kb" / "owner.json").exists()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")
def test_it_ends_when_its_parent_is_gone(repo: Repo) -> None:
    """A client that was killed takes its server along, even where someone else holds the pipe open."""
    command = [KB[0], "-c", KB[2], "serve"]
    code = f"import subprocess, time; print(subprocess.Popen({command!r}, stdout=2).pid, flush=True); time.sleep(60)"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], cwd=repo.root, **pipes) as parent:  # type: ignore[call-overload]
        server = int(parent.stdout.readline())
        parent.stdin.write(json.dumps(HELLO).encode() + b"\n")
        parent.stdin.flush()
        assert json.loads(parent.stderr.readline())["id"] == 1
        parent.kill()
        end = time.monotonic() + 8
        while _runs(server):
            assert time.monotonic() < end
            time.sleep(0.1)


def test_two_servers_share_one_index(repo: Repo) -> None:
    """The second one reads; when the first one is killed it takes over within seconds and sees edits by itself."""
    with _served(repo.root, KB[2]) as first:
        _exchange(first, HELLO)

        async def ask(client: Client) -> None:
            await _until(client, "search", "0002-call-services", 10, query="httpx")
            assert (
                kb(repo.root, "status").stdout.splitlines()[4] == f"owner       process {first.pid} keeps it up to date"
            )
            first.kill()
            first.wait()
            repo.write({"docs/guides/zebra.md": "# Zebra crossing\n\nStop for zebras.\n"})
            await _until(client, "search", "zebra.md", 8, query="zebra crossing")

        _talk(repo.root, ask)


def test_a_folder_that_is_no_repository_is_served(tmp_path: Path) -> None:
    """Without git, kb.toml or any document it answers that it knows nothing."""

    async def ask(client: Client) -> None:
        text = await _until(client, "get_context", "confidence: none", 10, task=TASK)
        assert count_tokens(text) < 100

    _talk(tmp_path, ask)


def test_a_wrong_configuration_ends_it_with_one_line(repo: Repo) -> None:
    """The client's log shows what to mend; nothing goes to standard output."""
    repo.write({"kb.toml": "[bugdet]\ndefault = 1\n"})
    done = kb(repo.root, "serve")
    expected = "kb: error: kb.toml:1: unknown key bugdet; did you mean budget?\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


@contextmanager
def _served(root: Path, code: str, *, start_new_session: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """`kb serve` with pipes for everything; killed at the end if it still runs."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code, "serve"]
    with subprocess.Popen(
        command, cwd=root, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=start_new_session
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _exchange(process: subprocess.Popen[bytes], message: dict[str, Any]) -> dict[str, Any]:
    """Sends one message and reads the next line, which must be JSON."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_ten_servers_share_one_owner(repo: Repo) -> None:
    """Each answers; one of them keeps the index; when their clients go, every process is gone."""

    async def asked(number: int) -> str:
        server = StdioServerParameters(command=KB[0], args=["-c", KB[2], "serve"], cwd=repo.root, env=dict(os.environ))
        async with Client(server) as client:
            said = await _until(client, "search", "0002-call-services", 60, query="httpx")
            owners.add(json.loads((repo.root / ".kb" / "owner.json").read_text("utf-8"))["pid"])
            ready.append(number)
            while len(ready) < 10:
                await asyncio.sleep(0.05)
            return said.splitlines()[0]

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(asked(number) for number in range(10)))

    ready: list[int] = []
    owners: set[int] = set()
    answers = asyncio.run(all_of_them())

    assert (len(answers), len(set(answers)), len(owners)) == (10, 1, 1)
    end = time.monotonic() + 8
    while (repo.root / ".kb" / "owner.json").exists() or any(_runs(pid) for pid in owners):
        assert time.monotonic() < end
        time.sleep(0.1)
