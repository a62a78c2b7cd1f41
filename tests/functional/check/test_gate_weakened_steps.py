"""gate-weakened on the steps of a pipeline: each way to make one see or say less, and near ones that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gated import weakened
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

GITHUB, GITLAB, HOOKS, MAKE = ".github/workflows/kb.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml", "Makefile"
ACTION = """\
name: kb check
on:
  pull_request:
    types: [opened, synchronize, labeled]
jobs:
  check:
    name: kb check
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: OWNER/ctxkb@REF
        with:
          sarif: "true"
"""
SHELL = """\
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - name: kb check
        run: |
          pip install ctxkb
          kb check --base "origin/$BASE"
"""
JOB = """\
stages: [test]
.shared:
  image: python:3.12
kb:
  extends: .shared
  script:
    - pip install ctxkb
    - kb check --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
"""
HOOK = """\
repos:
- repo: local
  hooks:
  - id: kb-check
    name: kb check
    entry: kb check --staged
    language: system
"""
RECIPE = "all: lint check\n\ncheck:\n\tkb check\n"
TEXTS = {GITHUB: ACTION, "shell": SHELL, GITLAB: JOB, HOOKS: HOOK, MAKE: RECIPE}
GONE, IGNORED, BY_HAND = "gone", "its failure is ignored", "it only runs by hand"
ITSELF, UNSEEN = "it compares the change with itself", "it does not run on pull requests"

WEAKER = [
    (GITHUB, '      - uses: OWNER/ctxkb@REF\n        with:\n          sarif: "true"\n', "", GONE),
    (GITHUB, "- uses: OWNER", "- run: echo kb check\n      - uses: other/action@v1 # OWNER", GONE),
    (GITHUB, "    runs-on", "    if: false\n    runs-on", GONE),
    (GITHUB, "        with:\n", "        if: ${{ false }}\n        with:\n", GONE),
    (GITHUB, "        with:\n", "        continue-on-error: true\n        with:\n", IGNORED),
    (GITHUB, "    runs-on", "    continue-on-error: true\n    runs-on", IGNORED),
    (GITHUB, "with:\n", "with:\n          fail-on: never\n", "it fails on never, was error"),
    (GITHUB, "with:\n", "with:\n          base: HEAD\n", ITSELF),
    (GITHUB, "with:\n", "with:\n          base: ${{ github.sha }}\n", ITSELF),
    (GITHUB, "with:\n", "with:\n          approval-labels: kb-approved, bot\n", 'the label "bot" approves'),
    (GITHUB, "pull_request:\n    types: [opened, synchronize, labeled]", "workflow_dispatch:", BY_HAND),
    (GITHUB, "pull_request:\n    types: [opened, synchronize, labeled]", "schedule: [{cron: 0 4 * * *}]", UNSEEN),
    (GITHUB, "pull_request:\n    types: [opened, synchronize, labeled]", "push: {branches: [main]}", UNSEEN),
    (GITHUB, "    types: [", '    branches-ignore: ["**"]\n    types: [', UNSEEN),
    (GITHUB, "    types: [", '    paths-ignore: ["**"]\n    types: [', UNSEEN),
    (GITHUB, "    types: [", "    paths: [src/**]\n    types: [", "it only runs where src/** changes"),
    (
        GITHUB,
        "    types: [",
        '    paths-ignore: ["**.md"]\n    types: [',
        "it does not run where only **.md changes",
    ),
    (GITHUB, "    types: [", "    branches: [none]\n    types: [", "it only runs on pull requests to none"),
    (GITHUB, "opened, synchronize, ", "opened, ", "it does not run when a pull request is pushed to"),
    ("shell", "kb check --base", "# kb check --base", GONE),
    ("shell", "          kb check --base", "          echo kb check --base", GONE),
    ("shell", "kb check --base", "kb check --help --base", GONE),
    ("shell", '"origin/$BASE"', '"origin/$BASE" --approved-by bot', '"bot" approves every change'),
    ("shell", '"origin/$BASE"', "HEAD", ITSELF),
    ("shell", '"origin/$BASE"', "'${{ github.sha }}'", ITSELF),
    ("shell", '"origin/$BASE"', '"$BASE" --head "$BASE"', ITSELF),
    ("shell", '"origin/$BASE"', '"origin/$BASE" --write-baseline', "it accepts what it finds"),
    ("shell", '"origin/$BASE"', '"origin/$BASE"; true', IGNORED),
    ("shell", '"origin/$BASE"', '"origin/$BASE" || echo "not yet"', IGNORED),
    ("shell", '"origin/$BASE"', '"origin/$BASE" \\\n            || :', IGNORED),
    ("shell", '"origin/$BASE"', '"origin/$BASE" | tee kb.txt', IGNORED),
    ("shell", '"origin/$BASE"\n', '"origin/$BASE"\n          exit 0\n', IGNORED),
    ("shell", "          pip", "          set +e\n          pip", IGNORED),
    ("shell", 'kb check --base "origin/$BASE"', 'bash -c "kb check --base origin/main || true"', IGNORED),
    (GITLAB, "  script:", "  allow_failure: true\n  script:", IGNORED),
    (GITLAB, "  script:", "  allow_failure: {exit_codes: [1, 2]}\n  script:", IGNORED),
    (GITLAB, "  script:", "  rules:\n    - when: never\n  script:", GONE),
    (GITLAB, "  script:", "  rules:\n    - if: $A\n      when: manual\n  script:", BY_HAND),
    (GITLAB, "  script:", "  when: manual\n  script:", BY_HAND),
    (GITLAB, "  image:", "  when: manual\n  image:", BY_HAND),
    (GITLAB, "kb:\n", ".kb:\n", GONE),
    (GITLAB, "stages: [test]\n.shared:\n", "spec: {inputs: {}}\n---\n.shared:\n  when: manual\n", BY_HAND),
    (GITLAB, "  script:", "  after_script:", IGNORED),
    (GITLAB, '_SHA"\n', '_SHA"\n    - exit 0\n', IGNORED),
    (GITLAB, "    - pip", "    - set +e\n    - pip", IGNORED),
    (GITLAB, "    - kb check", "    - echo kb check", GONE),
    (HOOKS, "    language", "    stages: [manual]\n    language", BY_HAND),
    (HOOKS, "    language", "    args: [--fail-on, never]\n    language", "it fails on never, was error"),
    (HOOKS, "entry: kb check --staged", 'entry: "true"', GONE),
    (MAKE, "\tkb check", "\t-kb check", IGNORED),
    (MAKE, "\tkb check", "\t@-kb check", IGNORED),
    (MAKE, "\tkb check", "\t@echo kb check", GONE),
    (MAKE, "\tkb check", "\tkb check; true", IGNORED),
]
"""Where, what is replaced by what, and what is said."""

AS_STRONG = [
    (GITHUB, "name: kb check", "name: gate"),
    (GITHUB, "@REF", "@v2"),
    (GITHUB, "    runs-on", "    if: github.actor != 'dependabot[bot]'\n    runs-on"),
    (GITHUB, "    runs-on", "    continue-on-error: false\n    runs-on"),
    (GITHUB, "      - uses: actions", "      - continue-on-error: true\n        uses: actions"),
    (GITHUB, "jobs:", "jobs:\n  lint:\n    continue-on-error: true\n    steps: [{run: make lint || true}]"),
    (GITHUB, "with:\n", "with:\n          fail-on: warning\n"),
    (GITHUB, "with:\n", "with:\n          base: origin/main\n"),
    (GITHUB, "with:\n", "with:\n          approval-labels: kb-approved\n"),
    (GITHUB, "with:\n", "with:\n          approval-labels: ${{ vars.LABELS }}\n"),
    (GITHUB, "pull_request:", "merge_group:\n  pull_request:"),
    (GITHUB, "pull_request:", "pull_request_target:"),
    (GITHUB, "pull_request:\n    types: [opened, synchronize, labeled]", "push:"),
    (GITHUB, "    types: [opened, synchronize, labeled]\n", ""),
    (GITHUB, "opened, synchronize, ", "opened, synchronize, reopened, "),
    ("shell", "[push, pull_request]", "pull_request"),
    ("shell", "[push, pull_request]", '{pull_request: {paths-ignore: ["!docs/**"]}}'),
    ("shell", '"origin/$BASE"', "origin/main"),
    ("shell", '"origin/$BASE"', '"origin/$BASE" ${APPROVED:+--approved-by "$APPROVED"}'),
    ("shell", '"origin/$BASE"', '"origin/$BASE" || exit 1'),
    ("shell", '"origin/$BASE"', '"origin/$BASE" || { echo "::error::see above"; exit 1; }'),
    ("shell", '"origin/$BASE"', '"origin/$BASE" 2>&1'),
    ("shell", '"origin/$BASE"', '"origin/$BASE" && echo fine'),
    ("shell", '"origin/$BASE"\n', '"origin/$BASE" | tee kb.txt\n        shell: bash\n'),
    ("shell", "          pip", "          set -o pipefail\n          pip"),
    ("shell", "          pip", "          set +e\n          pip uninstall x\n          set -e\n          pip"),
    ("shell", "          pip", "          make docs || true\n          pip"),
    (
        "shell",
        'kb check --base "origin/$BASE"',
        "set +e\n          kb check --base origin/main\n          code=$?\n          exit $code",
    ),
    ("shell", "          pip", '          if [ -z "$BASE" ]; then\n            exit 0\n          fi\n          pip'),
    ("shell", "          pip", "          git commit -m 'kb check'\n          pip"),
    (GITLAB, "  script:", "  rules:\n    - if: $CI_MERGE_REQUEST_IID\n  script:"),
    (GITLAB, "  script:", "  rules:\n    - if: $A\n      when: never\n    - when: on_success\n  script:"),
    (GITLAB, "  script:", "  artifacts:\n    when: always\n  script:"),
    (GITLAB, "kb:\n", "gate:\n"),
    (GITLAB, "stages: [test]\n", "spec: {inputs: {}}\n---\nstages: [test]\n"),
    (GITLAB, "    - pip", "    - !reference [.shared, script]\n    - pip"),
    (GITLAB, "stages:", "lint:\n  allow_failure: true\n  when: manual\n  script: [make lint]\nstages:"),
    (HOOKS, "    language", "    stages: [pre-commit, manual]\n    language"),
    (HOOKS, "    name: kb check\n", "    name: Gate\n"),
    (HOOKS, "- repo: local", "- repo: https://x.org/y\n  hooks: [{id: z, stages: [manual]}]\n- repo: local"),
    (MAKE, "\tkb check", "\t@kb check"),
    (MAKE, "\tkb check", "\t-rm old\n\tkb check"),
]


def changed(tmp_path: Path, where: str, old: str, new: str) -> list[str]:
    """What the rule says of a pipeline in which `old` becomes `new`."""
    text, path = TEXTS[where], GITHUB if where == "shell" else where
    assert old in text
    repo = Repo(tmp_path).write({"kb.toml": "[check]\n", path: text})
    repo.commit()
    repo.write({path: text.replace(old, new, 1)})
    return weakened(repo, base="HEAD")


@pytest.mark.parametrize(("where", "old", "new", "said"), WEAKER)
def test_a_step_that_sees_or_says_less_is_named(tmp_path: Path, where: str, old: str, new: str, said: str) -> None:
    """By what makes it so; one that nothing runs any more is an error."""
    found = changed(tmp_path, where, old, new)

    words = "nothing runs kb check any more; it was" if said == GONE else f"kb check counts less here: {said}:"
    severity = "error" if said == GONE else "warning"
    assert [line.split(" `")[0].split(" ", 1)[1] for line in found] == [f"{severity} {words}"]


@pytest.mark.parametrize(("where", "old", "new"), AS_STRONG)
def test_a_step_that_asks_as_much_is_silent(tmp_path: Path, where: str, old: str, new: str) -> None:
    """However it is written, and whatever stands beside it."""
    assert changed(tmp_path, where, old, new) == []


def test_a_step_may_stand_in_an_action_of_the_repository(tmp_path: Path) -> None:
    """Whoever uses it runs it, and takes it away with its step."""
    action = "runs:\n  using: composite\n  steps:\n    - run: kb check\n      shell: bash\n"
    workflow = "on: pull_request\njobs:\n  a:\n    steps:\n      - uses: ./.github/actions/kb\n      - run: make\n"
    repo = Repo(tmp_path).write({"kb.toml": "", ".github/actions/kb/action.yml": action, GITHUB: workflow})
    repo.commit()

    repo.write({GITHUB: workflow.replace("run: make", "run: make all")})
    assert weakened(repo, base="HEAD") == []
    repo.write({GITHUB: workflow.replace("      - uses: ./.github/actions/kb\n", "")})
    assert weakened(repo, base="HEAD") == [
        (
            f"{GITHUB}:0 warning kb check does not run here any more (was `- uses: ./.github/actions/kb`); "
            ".github/actions/kb/action.yml still runs it"
        )
    ]


def test_gitlab_may_include_the_job(tmp_path: Path) -> None:
    """What the file says of the job counts for it."""
    text = "include:\n  - project: platform/ctxkb\n    file: templates/gitlab-ci.yml\n"
    repo = Repo(tmp_path).write({"kb.toml": "", GITLAB: text})
    repo.commit()

    repo.write({GITLAB: text + "kb-check:\n  tags: [small]\n"})
    assert weakened(repo, base="HEAD") == []
    repo.write({GITLAB: text + "kb-check:\n  allow_failure: true\n"})
    assert weakened(repo, base="HEAD") == [
        f"{GITLAB}:0 warning kb check counts less here: its failure is ignored: `- project: platform/ctxkb`"
    ]


def test_a_file_that_is_no_yaml_is_read_by_its_lines(tmp_path: Path) -> None:
    """A template of one, or one with a mistake."""
    text = "{% raw %}\njobs:\n  a:\n    - run: kb check\n"
    repo = Repo(tmp_path).write({"kb.toml": "", GITHUB: text})
    repo.commit()

    repo.write({GITHUB: text.replace("kb check", "kb check || true")})
    assert weakened(repo, base="HEAD") == [
        (
            f"{GITHUB}:0 warning kb check counts less here: its failure is ignored: "
            "`- run: kb check || true`, was `- run: kb check`"
        )
    ]
