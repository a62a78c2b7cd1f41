"""The GitHub action, the GitLab template and the pre-commit hooks: their structure, and their scripts at work."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.action import ACTION, MARKER, ROOT, program
from support.gate import madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


def _yaml(path: str) -> Any:  # noqa: ANN401 - what stands in the file may be anything
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def _steps() -> list[dict[str, Any]]:
    return list(_yaml("action.yml")["runs"]["steps"])


def test_the_action_is_one_that_github_takes() -> None:
    """Inputs and outputs are described, each step runs a shell or an action of a version, names lead to steps."""
    action = _yaml("action.yml")
    assert action["runs"]["using"] == "composite"
    assert [name for name, facts in (action["inputs"] | action["outputs"]).items() if not facts["description"]] == []
    assert all("default" in facts for facts in action["inputs"].values())
    for step in _steps():
        assert ("uses" in step) != ("run" in step)
        assert step.get("shell") == ("bash" if "run" in step else None)
        assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step.get("uses", "a/b@v1"))
    text = (ROOT / "action.yml").read_text("utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) <= set(action["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)\.", text)) <= {step["id"] for step in _steps() if "id" in step}


def test_nothing_of_an_event_is_part_of_a_script() -> None:
    """A branch or a label may be called anything: they come by way of the environment."""
    assert [step["run"] for step in _steps() if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("script", [step["run"] for step in _steps() if "run" in step])
def test_scripts_of_the_action_are_bash(script: str) -> None:
    """As far as bash can tell without running them."""
    assert subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False).stderr == ""


def test_the_page_names_every_input_and_hook() -> None:
    """docs/ci.md, in code."""
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    names = [*_yaml("action.yml")["inputs"], *_yaml("action.yml")["outputs"]]
    names += [hook["id"] for hook in _yaml(".pre-commit-hooks.yaml")]
    names += list(_yaml("templates/gitlab-ci.yml")["variables"])
    assert [name for name in names if f"`{name}`" not in page] == []


def test_the_place_of_what_is_installed_follows_the_sources(tmp_path: Path) -> None:
    """Two checkouts of one state share a cache; one that differs in a line does not."""
    (step,) = [step for step in _steps() if step.get("id") == "place"]

    def key(root: Path) -> str:
        output = tmp_path / "output"
        output.write_text("")
        environment = {"ACTION": str(root), "PYTHON": sys.executable, "GITHUB_OUTPUT": str(output)}
        environment |= {"RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "RUNNER_TEMP": "/r", "PATH": os.environ["PATH"]}
        subprocess.run(["bash", "-e", "-c", step["run"]], env=environment, check=True)
        rows = dict(row.split("=", 1) for row in output.read_text().splitlines())
        assert rows["sarif"] == "/r/kb-check.sarif"
        return rows["key"]

    for name in ("one", "two"):
        for folder in ("kb", "ingest", "server", "adr_templates"):
            (tmp_path / name / folder).mkdir(parents=True)
            (tmp_path / name / folder / "a.py").write_text("a = 1\n")
        for file in ("pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / file, tmp_path / name / file)
    first = key(tmp_path / "one")
    assert re.fullmatch("ctxkb-Linux-X64-[0-9a-f]{32}", first)
    assert key(tmp_path / "two") == first
    (tmp_path / "two" / "kb" / "a.py").write_text("a = 2\n")
    assert key(tmp_path / "two") != first


PLAIN = ["check", "--format=github", "--format=sarif=s", "--format=markdown=m"]


@pytest.mark.parametrize(
    ("environment", "added"),
    [
        ({}, []),
        ({"GITHUB_BASE_REF": "main"}, ["--base=origin/main"]),
        ({"GITHUB_BASE_REF": "main", "KB_BASE": "v1"}, ["--base=v1"]),
        ({"KB_BEFORE": "0" * 40}, []),
        ({"KB_BEFORE": "a" * 40, "KB_FAIL_ON": "warning"}, [f"--base={'a' * 40}", "--fail-on=warning"]),
        ({"KB_LABELS": "null", "KB_APPROVAL_LABELS": "a"}, []),
        (
            {"KB_LABELS": '["bug", "ok by a, b", "kb ok"]', "KB_APPROVAL_LABELS": "kb ok, other"},
            ["--approved-by=label:kb ok"],
        ),
        ({"KB_LABELS": '[""]', "KB_APPROVAL_LABELS": "x"}, []),
    ],
)
def test_the_event_tells_what_to_compare_and_who_approves(environment: dict[str, str], added: list[str]) -> None:
    """Only labels that are named as approving do approve."""
    arguments = runpy.run_path(str(ACTION / "check.py"))["arguments"]
    assert arguments({"KB_SARIF": "s", "KB_MARKDOWN": "m", **environment}) == PLAIN + added


def test_a_verdict_is_an_output_and_a_mistake_ends_the_step(tmp_path: Path) -> None:
    """So that findings can be published before they fail the job."""
    repo = Repo(tmp_path / "repo").write({"docs/adr/0001-begin.md": madr("Begin")})
    repo.commit()
    repo.branch("feature").write({"docs/adr/0002-x.md": madr(status="acceptd")}).commit()
    program(tmp_path / "kb", f"#!{sys.executable}\nimport sys\nfrom ctxkb.cli import main\nsys.exit(main())\n")
    output = tmp_path / "output"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    environment = kept | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "KB_BASE": "main",
        "KB_SARIF": str(tmp_path / "kb.sarif"),
        "KB_MARKDOWN": str(tmp_path / "kb.md"),
        "GITHUB_OUTPUT": str(output),
    }

    def run(**other: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ACTION / "check.py")]
        done = environment | other
        return subprocess.run(command, cwd=repo.root, env=done, capture_output=True, text=True, check=False)

    done = run()
    assert (done.returncode, output.read_text()) == (0, "code=1\n")
    assert done.stdout.startswith("::error file=docs/adr/0002-x.md,line=2,")
    assert (tmp_path / "kb.md").read_text().startswith(f"{MARKER}\n### kb check: 1 error\n")
    assert json.loads((tmp_path / "kb.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "decision-status"

    done = run(KB_BASE="nowhere")
    assert (done.returncode, output.read_text()) == (2, "code=1\n")
    assert '"nowhere" names no commit' in done.stderr


def test_the_check_runs_without_what_the_action_leaves_out(tmp_path: Path) -> None:
    """On this repository and the sample, with none of the libraries that embed, search and store vectors."""
    facts = runpy.run_path(str(ACTION / "requirements.py"))
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = tomllib.loads(text)["project"]["dependencies"]
    assert {re.split("[<>=!]", each)[0] for each in set(listed) - set(facts["light"](text))} == facts["HEAVY"]
    closed = ["llama_index", *sorted(name.replace("-", "_") for name in facts["HEAVY"])]
    program = (
        "import sys\n"
        "class Closed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {closed!r}:\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Closed())\n"
        "from ctxkb.cli import main\n"
        "sys.exit(main())\n"
    )
    for root in (ROOT, _sample(tmp_path)):
        command = [sys.executable, "-c", program, "check", "--all", "--fail-on=never", "--root", str(root)]
        done = subprocess.run([*command, "--format=sarif"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def _sample(folder: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "shop", folder / "shop")
    Repo(folder / "shop").commit()
    return folder / "shop"


def test_the_template_of_gitlab_runs_the_check_with_the_labels_that_approve(tmp_path: Path) -> None:
    """Its script, with a `kb` that shows how it was called."""
    job = _yaml("templates/gitlab-ci.yml")["kb-check"]
    script = "\n".join(job["script"])
    assert subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False).stderr == ""
    kb = program(tmp_path / "kb", '#!/bin/bash\nprintf "%s\\n" "$@"\n')
    environment = {
        "PATH": os.environ["PATH"],
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "abc",
        "CI_MERGE_REQUEST_LABELS": "bug,kb ok,kb",
        "KB_APPROVAL_LABELS": "kb ok,other",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("/tmp/kb/bin/kb", str(kb))],  # noqa: S108 - of the template
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "check",
        "--base",
        "abc",
        "--approved-by=label:kb ok",
        "--format",
        "text",
        "--format",
        "gitlab=kb-code-quality.json",
        "--format",
        "junit=kb-junit.xml",
    ]
    assert job["artifacts"]["reports"] == {"codequality": "kb-code-quality.json", "junit": "kb-junit.xml"}


def test_the_hooks_are_those_that_pre_commit_takes() -> None:
    """Each runs a command that there is, on no list of files."""
    for hook in _yaml(".pre-commit-hooks.yaml"):
        assert set(hook) == {"id", "name", "description", "entry", "language", "pass_filenames", "always_run", "stages"}
        assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("python", False, True)
        assert hook["entry"].split()[:2] == ["kb", "check"]


def test_this_repository_runs_its_own_action() -> None:
    """On pull requests, with the whole history, and again when a label changes."""
    flow = _yaml(".github/workflows/kb-check.yml")
    assert "labeled" in flow[True]["pull_request"]["types"]  # YAML 1.1 reads `on` as a truth value
    checkout, own = flow["jobs"]["check"]["steps"]
    assert checkout["with"]["fetch-depth"] == 0
    assert own == {"uses": "./"}
