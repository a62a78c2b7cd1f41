"""The roles of a decision's sections."""

from __future__ import annotations

import pytest

from support.decisions import read

ROLES = {
    "Considered Alternatives": "options",
    "Options considered": "options",
    "Options Considered, Not Recommended": "options",
    "Tech stack options": "options",
    "Alternative options considered for CD interface": "options",
    "Option 2: wait": "options",
    "Decision outcome": "outcome",
    "Decision Outcome: AWS Lambda function": "outcome",
    "Tech stack decision": "outcome",
    "Decision": "outcome",
    "✅ Decision": "outcome",
    "3. Decision": "outcome",
    "Rationale": "outcome",
    "Proposed solution": "outcome",
    "Decision makers": "",
    "Decision log": "",
    "Positive Consequences": "consequences",
    "Negative consequences <!-- optional -->": "consequences",
    "Implications": "consequences",
    "Risks and mitigations": "consequences",
    "Tech stack criteria": "drivers",
    "Decision Drivers": "drivers",
    "Requirements": "drivers",
    "Pros & Cons": "pros-cons",
    "Advantages of X": "pros-cons",
    "Pros and cons of other options": "pros-cons",
    "Comparison Matrix": "pros-cons",
    "Validation": "confirmation",
    "Compliance": "confirmation",
    "Problem Statement": "context",
    "Background": "context",
    "Discussion (Context)": "context",
    "Prologue (Summary)": "",
    "Context and problem statement": "context",
    "Links \\<!-- OPTIONAL -->": "more",
    "Related ADRs:": "more",
    "References": "more",
    "Status": "status",
    "Out of scope": "",
    "Overview": "",
}


@pytest.mark.parametrize(("heading", "role"), ROLES.items(), ids=ROLES.keys())
def test_headings_tell_the_role_of_their_section(heading: str, role: str) -> None:
    """All usual headings of a decision's parts are known in their variants."""
    assert read(f"# Use X\n\n## {heading}\n\nText.\n").sections[1].role == role


def test_a_section_without_a_role_takes_the_nearest_one_above() -> None:
    """Subsections inherit the nearest role above, one with a role of its own keeps it, the title's is not passed on."""
    document = read(
        """
        # Use X

        ## Overview

        ### Context

        #### Detail

        ## Pros and Cons of the Options

        ### Option A: wait

        #### Links

        ## Appendix
        """
    )
    assert [section.role for section in document.sections] == [
        *("preamble", "", "context", "context"),
        *("pros-cons", "pros-cons", "more", "more"),
    ]
