from __future__ import annotations

import pytest

from ctxkb_server.prompt_gaps import Gap, gapped

ISSUE = {"issue": "7", "priority": "high"}


@pytest.mark.parametrize(
    ("text", "hint", "gaps"),
    [
        ("Review the code.", "", (Gap("arguments"),)),
        ("Fix $ARGUMENTS.", "[issue]", (Gap("arguments", "[issue]"),)),
        ("Fix $1, $2.", "[issue] [priority]", (Gap("issue"), Gap("priority"))),
        ("Fix $1, $2.", "<issue-number> <how urgent>", (Gap("issue_number"), Gap("how_urgent"))),
        ("Fix $1, $2.", "[issue]", (Gap("argument1"), Gap("argument2"))),
        ("Fix $2.", "what", (Gap("argument1"), Gap("argument2"))),
        ("Query with `$1, $2`.", "", (Gap("arguments"),)),
        ("Fix $0.", "[issue]", (Gap("issue"),)),
        ("Fix $ARGUMENTS[1].", "", (Gap("argument1"), Gap("argument2"))),
        (
            "Add ${input:name:its name} for ${input:who}.",
            "",
            (Gap("name", "its name", True), Gap("who", "", True), Gap("arguments")),
        ),
        ("Costs $10 or $ARGUMENTSX.", "", (Gap("arguments"),)),
    ],
)
def test_the_gaps_of_a_prompt_are_its_arguments(text: str, hint: str, gaps: tuple[Gap, ...]) -> None:
    """Each form of gap becomes an argument, named by the hint where that names enough of them."""
    assert gapped(text, hint).gaps == gaps


@pytest.mark.parametrize(
    ("text", "hint", "values", "filled"),
    [
        ("Fix $ARGUMENTS.", "", {"arguments": "7 now"}, "Fix 7 now."),
        ("Fix $ARGUMENTS.", "", {}, "Fix ."),
        ("Fix $1 ($2): $ARGUMENTS", "[issue] [priority]", ISSUE, "Fix 7 (high): 7 high"),
        ("Fix $1 ($2).", "[issue] [priority]", {"issue": "7"}, "Fix 7 ()."),
        ("Fix $0 ($1).", "[issue] [priority]", ISSUE, "Fix 7 (high)."),
        ("Fix $ARGUMENTS[0] ($ARGUMENTS[1]).", "", {"argument1": "7", "argument2": "high"}, "Fix 7 (high)."),
        ("Add ${input:name:its name}.", "", {"name": "Ada"}, "Add Ada."),
        ("Review the code.", "", {"arguments": "the tests too"}, "Review the code.\n\nthe tests too"),
        ("Review the code.", "", {}, "Review the code."),
        ("Add ${input:name}.", "", {"name": "$ARGUMENTS", "arguments": "soon"}, "Add $ARGUMENTS.\n\nsoon"),
        ("Query with `$1`: $ARGUMENTS", "", {"arguments": "ids"}, "Query with `$1`: ids"),
        ("!`git diff` @src/a.ts ${workspaceFolder} $10", "", {}, "!`git diff` @src/a.ts ${workspaceFolder} $10"),
    ],
)
def test_values_fill_the_gaps(text: str, hint: str, values: dict[str, str], filled: str) -> None:
    """Values stand where the gaps were and are not looked at again; commands and files stay as they are written."""
    assert gapped(text, hint).filled(values) == filled
