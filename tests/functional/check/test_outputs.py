"""`kb check --format` as a job uses it: several formats at once, into files and GitHub's summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ctxkb.check.render import RENDERERS
from ctxkb.cli.boundary import run
from ctxkb.cli.outputs import FORMATS
from support.gate import madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo").write({"docs/adr/0001-begin.md": madr("Begin")})
    repo.commit()
    repo.branch("feature").write({"docs/adr/0002-x.md": madr(status="acceptd")}).commit()
    return repo


def check(repo: Repo, *options: str) -> int:
    return run(["check", "--root", str(repo.root), *options])


def test_every_format_can_be_asked_for() -> None:
    """The command names those that can be written, without reading how."""
    assert tuple(RENDERERS) == FORMATS


def test_a_job_writes_several_formats_at_once(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files by their names, GitHub's annotations on standard output, and the summary added to what is there."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    files = {name: tmp_path / name for name in ("sarif", "junit", "gitlab", "markdown")}
    options = [f"--format={name}={file}" for name, file in files.items()]

    assert check(repo, "--format", "github", *options) == 1

    assert capsys.readouterr().out.startswith(
        "::error file=docs/adr/0002-x.md,line=2,title=kb check%3A decision-status::"
    )
    assert json.loads(files["sarif"].read_text())["version"] == "2.1.0"
    assert files["junit"].read_text().startswith("<?xml")
    assert [each["check_name"] for each in json.loads(files["gitlab"].read_text())] == ["decision-status"]
    assert files["markdown"].read_text().startswith("<!-- ctxkb:kb-check -->\n### kb check: 1 error\n")
    assert summary.read_text() == f"before\n{files['markdown'].read_text()}"


def test_a_person_reads_text_where_only_files_are_named(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no summary is written for a format that is not GitHub's."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))

    assert check(repo, "--format", f"json={tmp_path / 'kb.json'}") == 1

    assert capsys.readouterr().out.startswith("docs/adr/0002-x.md\n  2: error decision-status: ")
    assert json.loads((tmp_path / "kb.json").read_text())["exit"] == 1
    assert not (tmp_path / "summary.md").exists()


def test_a_folder_that_is_not_there_is_made(repo: Repo, tmp_path: Path) -> None:
    """A job names it before anything else writes there."""
    assert check(repo, f"--format=json={tmp_path}/new/deep/kb.json", f"--format=text={tmp_path}/new/kb.txt") == 1
    assert json.loads((tmp_path / "new/deep/kb.json").read_text())["exit"] == 1


def test_what_git_says_is_told_where_it_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A clone without blobs, whose remote cannot be reached any more, cannot be judged."""
    source = Repo(tmp_path / "source").write({"src/a.py": "a = 1\n"})
    source.commit()
    source.write({"src/a.py": "a = 2\n"}).commit()
    source.git("config", "uploadpack.allowFilter", "true")
    place = tmp_path / "clone"
    source.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", source.root.as_uri(), str(place))
    clone = Repo(place)
    assert check(clone, "--base", "main~1", "--head", "main~1") == 0
    clone.git("remote", "set-url", "origin", (tmp_path / "gone").as_uri())

    assert check(clone, "--base", "main~1", "--head", "main") == 2
    said = capsys.readouterr().err
    assert "git cannot read src/a.py (fatal: could not fetch " in said
    assert said.count("\n") == 1


def test_names_are_readable_where_the_machine_knows_no_utf_8(repo: Repo) -> None:
    """Git tells the bytes of a name; the locale of the job has no part in what a report says."""
    repo.write({"docs/adr/0003-für.md": madr(status="acceptd")}).commit()
    environment = {**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0"}
    program = "from ctxkb.cli import main; main()"
    command = [sys.executable, "-c", program, "check", "--root", str(repo.root), "--head", "HEAD"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)

    assert "docs/adr/0003-für.md\n" in done.stdout.decode()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["sarf"], '--format: there is no format "sarf"; did you mean "sarif"?'),
        (["zzz"], '--format: there is no format "zzz"; use one of text, json, github, sarif, junit, gitlab, markdown'),
        (["json", "text"], "--format: two formats would go to standard output; name a file, such as sarif=kb.sarif"),
        (["json=a", "sarif=a"], "--format: two formats would go to a; name a file, such as sarif=kb.sarif"),
        (["json="], "--format: json= names no file; write json=FILE"),
        (["json=/dev/null/a"], "/dev/null/a: cannot be written: File exists; name a file in a folder"),
    ],
)
def test_what_cannot_be_written_is_a_mistake_told_in_one_line(
    repo: Repo, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    """Before anything is printed."""
    assert check(repo, *(f"--format={each}" for each in options)) == 2

    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert message in said.err


def test_the_same_ends_give_the_same_bytes(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """In every format, on the same day."""
    for name in FORMATS:
        check(repo, "--format", name)
        once = capsys.readouterr().out
        check(repo, "--format", name)
        assert capsys.readouterr().out == once


@pytest.mark.parametrize(("folder", "path"), [("svc/a/", "svc/a/docs/adr/0002-x.md"), ("", "docs/adr/0002-x.md")])
def test_programs_get_paths_from_the_top_of_the_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str, path: str
) -> None:
    """A configuration in a subfolder governs that folder; what annotates a change looks files up from the top."""
    repo = Repo(tmp_path / "repo").write({f"{folder}kb.toml": "", f"{folder}docs/adr/0001-begin.md": madr("Begin")})
    repo.commit()
    repo.branch("feature").write({f"{folder}docs/adr/0002-x.md": madr(status="acceptd")}).commit()
    files = {name: tmp_path / name for name in ("sarif", "junit", "gitlab", "markdown", "json", "text")}
    options = [f"--format={name}={file}" for name, file in files.items()]

    assert run(["check", "--root", str(repo.root / folder), "--format", "github", *options]) == 1

    assert capsys.readouterr().out.startswith(f"::error file={path},line=2,")
    result = json.loads(files["sarif"].read_text())["runs"][0]
    assert result["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == path
    assert result["automationDetails"] == {"id": f"kb-check/{folder}"}
    quality, found = (json.loads(files[name].read_text()) for name in ("gitlab", "json"))
    assert quality[0]["location"]["path"] == path
    assert f'file="{path}"' in files["junit"].read_text()
    assert f"`{path}:2`" in files["markdown"].read_text()
    assert found["findings"][0]["path"] == "docs/adr/0002-x.md"
    assert found["findings"][0]["fingerprint"] == quality[0]["fingerprint"]
    assert files["text"].read_text().startswith("docs/adr/0002-x.md\n")
