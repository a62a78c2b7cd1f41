"""The official MCP conformance suite against this server over HTTP, in both eras of the protocol: `make conformance`.

The suite comes from npm at a pinned version and wants Node 22 (which is fetched from npm too where it is older). Every
scenario that the suite has for a version of the protocol is run. What does not apply stands in NOT_APPLICABLE with the
reason, and in docs/conformance.md: most scenarios ask for tools, prompts or resources of a test server, by name. Of
what applies every check must pass.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KB = Path(sys.executable).with_name("kb")
SUITE = "@modelcontextprotocol/conformance"
NODE = "node@22.23.3"
RUNS = (("0.1.16", "2025-11-25"), ("0.2.0-alpha.12", "2025-11-25"), ("0.2.0-alpha.12", "2026-07-28"))
"""Versions of the suite, and of the protocol that each is run for."""

TEST_TOOL = "calls a tool of a test server by its name; this server has no such tool, and none with that kind of answer"
TEST_RESOURCE = "reads a resource of a test server by its address; this server's addresses are kb://"
TEST_PROMPT = "gets a prompt of a test server whose text is an image or a resource; prompts here are text"
TEST_CHANGE = "calls a tool of a test server that changes a list; here prompts change with their files, tools never"
NO_LOGGING = "logging to clients is not offered: the protocol has deprecated it, and the server logs on standard error"
NO_QUESTIONS = "the server never asks its client for anything: no sampling, no elicitation, no roots"
NO_EXTENSION = "an extension of the protocol that is not offered"
NO_POLLING = "wants a tool that closes its stream in mid-call; answers here take milliseconds"
NO_HEADERS = "wants a tool whose arguments are sent as headers too (x-mcp-header); none asks for that"

NOT_APPLICABLE: Mapping[str, str] = {
    "logging-set-level": NO_LOGGING,
    "tools-call-simple-text": TEST_TOOL,
    "tools-call-image": TEST_TOOL,
    "tools-call-audio": TEST_TOOL,
    "tools-call-embedded-resource": TEST_TOOL,
    "tools-call-mixed-content": TEST_TOOL,
    "tools-call-with-logging": NO_LOGGING,
    "tools-call-error": TEST_TOOL,
    "tools-call-with-progress": TEST_TOOL,
    "tools-call-sampling": NO_QUESTIONS,
    "tools-call-elicitation": NO_QUESTIONS,
    "json-schema-2020-12": TEST_TOOL,
    "elicitation-*": NO_QUESTIONS,
    "server-sse-polling": NO_POLLING,
    "resources-read-text": TEST_RESOURCE,
    "resources-read-binary": TEST_RESOURCE,
    "resources-templates-read": TEST_RESOURCE,
    "prompts-get-embedded-resource": TEST_PROMPT,
    "prompts-get-with-image": TEST_PROMPT,
    "http-custom-header-server-validation": NO_HEADERS,
    "input-required-result-*": NO_QUESTIONS,
    "tasks-*": NO_EXTENSION,
    "sep-2640-*": NO_EXTENSION,
    "server-stateless: sep-2575-server-rejects-undeclared-capability": NO_QUESTIONS,
    "server-stateless: sep-2575-missing-capability-http-400": NO_QUESTIONS,
    "server-stateless: sep-2575-server-sends-*-list-changed-on-subscription": TEST_CHANGE,
}
"""Scenarios, or one check of a scenario, and why they say nothing about this server; `*` stands for any characters."""

FILES = {
    "kb.toml": "[server]\nrate = 1000\nburst = 1000\n",
    "docs/adr/0001-use-httpx.md": "# 1. Use httpx\n\n## Status\n\nAccepted\n\n## Decision\n\nCalls use httpx.\n",
    "docs/guides/start.md": "# Start\n\nRun `make`.\n",
    ".claude/commands/test_simple_prompt.md": "This is a simple prompt for testing.\n",
    ".claude/commands/test_prompt_with_arguments.md": (
        "---\nargument-hint: [arg1] [arg2]\n---\nPrompt with arguments: arg1='$1', arg2='$2'\n"
    ),
}
"""A repository with the two prompts that the suite asks for by name: prompts come from files here.

The suite asks faster than one caller otherwise may.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of one scenario: its status as the suite says it, and why it does not apply, "" where it does."""

    scenario: str
    check: str
    status: str
    message: str
    reason: str


def main() -> int:
    """Runs all of it; 1 where something that applies failed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "repository")
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8")
        with _served(root) as url:
            verdicts = {run: list(_run(*run, url, Path(folder, "-".join(run)))) for run in RUNS}
    for run, found in verdicts.items():
        _tell(*run, found)
    failed = any(_failed(verdict) for found in verdicts.values() for verdict in found)
    return int(failed or not all(verdicts.values()))


@contextmanager
def _served(root: Path) -> Iterator[str]:
    """The address at which `kb serve --http` serves a repository meanwhile, on a free port."""
    command = [str(KB), "serve", "--http", "127.0.0.1:0", "--allow-write", "--root", str(root)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    told: list[str] = []
    try:
        for line in server.stderr or ():
            told.append(line)
            if address := re.search(r"serving MCP at (\S+)", line):
                yield address[1]
                return
        sys.exit(f"the server did not start:\n{''.join(told)}")
    finally:
        server.terminate()
        server.communicate()


def _run(suite: str, protocol: str, url: str, results: Path) -> Iterator[Verdict]:
    """What one version of the suite finds for one version of the protocol."""
    command = [*_npx(suite), "server", "--url", url, "--suite", "all", "--spec-version", protocol, "-o", str(results)]
    print(f"{SUITE}@{suite}, protocol {protocol} ...", file=sys.stderr)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if not results.is_dir():
        sys.exit(f"the suite did not run:\n{done.stdout}{done.stderr}")
    for file in sorted(results.glob("*/checks.json")):
        scenario = re.sub(r"^server-(.*)-\d{4}-\d\d-\d\dT[\d-]+Z$", r"\1", file.parent.name)
        for check in json.loads(file.read_text("utf-8")):
            message = check.get("errorMessage", "")
            yield Verdict(scenario, check["id"], check["status"], message, _reason(scenario, check["id"]))


def _npx(suite: str) -> list[str]:
    """The command that runs the suite, with a Node of its own where there is none that is new enough."""
    if shutil.which("npx") is None:
        sys.exit("make conformance needs npx, which comes with Node: https://nodejs.org")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    node = [] if int(f"0{version.lstrip('v').split('.')[0]}") >= 22 else ["--package", NODE]
    return ["npx", "--yes", "--package", f"{SUITE}@{suite}", *node, "conformance"]


def _reason(scenario: str, check: str) -> str:
    for name, reason in NOT_APPLICABLE.items():
        pattern = re.escape(name).replace(r"\*", ".*")
        if re.fullmatch(pattern, scenario) or re.fullmatch(pattern, f"{scenario}: {check}"):
            return reason
    return ""


def _failed(verdict: Verdict) -> bool:
    return not verdict.reason and verdict.status == "FAILURE"


def _tell(suite: str, protocol: str, found: list[Verdict]) -> None:
    """One line a scenario, and each failure."""
    applying = [verdict for verdict in found if not verdict.reason and verdict.status != "INFO"]
    print(f"\n{SUITE}@{suite}, protocol {protocol}")
    for scenario in dict.fromkeys(verdict.scenario for verdict in found):
        own = [verdict for verdict in applying if verdict.scenario == scenario]
        passed = sum(verdict.status == "SUCCESS" for verdict in own)
        told = f"{passed} of {len(own)} checks passed" if own else "does not apply"
        print(f"  {scenario:<48} {told}")
        for verdict in own:
            if verdict.status != "SUCCESS":
                print(f"    {verdict.status} {verdict.check}: {verdict.message}")
    failed = [verdict for verdict in applying if _failed(verdict)]
    print(f"  {len(applying) - len(failed)} checks passed, {len(failed)} failed")


if __name__ == "__main__":
    sys.exit(main())
