"""The gaps in a reusable prompt: which arguments it takes, and its text with them. Nothing in a prompt is ever run.

Known are `${input:name}` and `${input:name:hint}` (VS Code), `$ARGUMENTS`, `$ARGUMENTS[0]` and, where an
`argument-hint` says that there are arguments, `$1` (Claude Code): without one it is SQL, awk or a price.
What a person types behind a command that has no gap for it is appended, as these tools and Cursor do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REST = "arguments"
"""The argument that stands for everything a person types behind a command."""

_NAMED = r"\$\{input:(?P<name>[A-Za-z_][\w-]*)(?::(?P<hint>[^{}]*))?\}|\$ARGUMENTS\[(?P<index>\d)\]|\$ARGUMENTS(?!\w)"
_PLAIN_GAP = re.compile(rf"{_NAMED}|(?P<place>(?!))")  # which never matches
_GAP = re.compile(rf"{_NAMED}|\$(?P<place>\d)(?!\w)")
_HINTED = re.compile(r"[<\[]\s*([A-Za-z][\w -]*?)\s*[>\]]")


@dataclass(frozen=True, slots=True)
class Gap:
    """What a prompt asks for. `required` where its own tool asks a person for it."""

    name: str
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Gapped:
    """A text with gaps; `places` names the arguments that stand at the first, second ... place behind a command.

    `form` matches what is a gap in it.
    """

    text: str
    form: re.Pattern[str]
    gaps: tuple[Gap, ...]
    places: tuple[str, ...] = ()

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with `values` in its gaps. A value is never looked at for further gaps."""
        rest = values.get(REST, "")
        words = [values.get(name, "") for name in self.places] if self.places else rest.split()
        everything = rest or " ".join(word for word in words if word)
        first = 0 if re.search(r"\$0(?!\w)", self.text) else 1

        def fill(gap: re.Match[str]) -> str:
            if gap["name"]:
                return values.get(gap["name"], "")
            if gap["index"] or gap["place"]:
                place = int(gap["index"]) if gap["index"] else int(gap["place"]) - first
                return words[place] if place < len(words) else ""
            return everything

        text = self.form.sub(fill, self.text)
        return f"{text}\n\n{rest}" if rest and not self._takes_places() else text

    def _takes_places(self) -> bool:
        """Whether there is a place for what is typed behind the command."""
        return any(not gap["name"] for gap in self.form.finditer(self.text))


def gapped(text: str, hint: str) -> Gapped:
    """A text with the gaps that stand in it; `hint` is what its `argument-hint` says, such as `[issue] [priority]`."""
    form = _GAP if hint else _PLAIN_GAP
    found = list(form.finditer(text))
    inputs = {gap["name"]: Gap(gap["name"], gap["hint"] or "", True) for gap in found if gap["name"]}
    numbers = {int(gap["index"] or gap["place"]) for gap in found if gap["index"] or gap["place"]}
    if not numbers:
        return Gapped(text, form, (*inputs.values(), Gap(REST, hint)))
    named = dict.fromkeys(re.sub(r"\W+", "_", name) for name in _HINTED.findall(hint))
    count = max(numbers) + (re.search(r"\$(?:0|ARGUMENTS\[)", text) is not None)
    places = tuple(named) if len(named) >= count else tuple(f"argument{number + 1}" for number in range(count))
    return Gapped(text, form, (*inputs.values(), *(Gap(name) for name in places)), places)
