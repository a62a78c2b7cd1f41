"""dependency-banned on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.dependencies import begun
from support.gate import findings

if TYPE_CHECKING:
    from pathlib import Path

BANNED = '[dependencies]\nnew = "off"\nbanned = { "npm:moment*" = "use date-fns", "Foo_Bar" = "unmaintained" }\n'


def test_a_ban_holds_for_what_a_change_brings(tmp_path: Path) -> None:
    """By the names that the ecosystem compares, and in the ecosystem that the prefix names."""
    repo = begun(tmp_path, {"package.json": "{}", "requirements.txt": "httpx\n"}, BANNED)
    repo.write(
        {"package.json": '{"devDependencies": {"moment-timezone": "1"}}', "requirements.txt": "foo.bar\nmoment\n"}
    )
    repo.commit()

    assert findings(repo) == [
        'package.json:1 error dependency-banned: "moment-timezone" is banned: use date-fns',
        'requirements.txt:1 error dependency-banned: "foo-bar" is banned: unmaintained',
    ]


def test_a_banned_one_that_was_there_before_is_known(tmp_path: Path) -> None:
    """Also when it moves; in one more manifest it is used anew."""
    repo = begun(tmp_path, {"a/package.json": '{"dependencies": {"moment": "1", "left": "1"}}'}, BANNED)
    known = 'package.json:1 info dependency-banned: "moment" is banned: use date-fns'
    repo.write({"a/package.json": '{"dependencies": {"moment": "1"}}'}).commit()
    assert findings(repo) == [f"a/{known}"]
    assert findings(repo, everything=True) == [f"a/{known}"]

    repo.write({"a/package.json": "{}", "b/package.json": '{"dependencies": {"moment": "1"}}'}).commit()
    assert findings(repo) == [f"b/{known}"]

    repo.write({"a/package.json": '{"dependencies": {"moment": "1"}}'}).commit()
    assert findings(repo) == [f"a/{known}", f"b/{known.replace('info', 'error')}"]
