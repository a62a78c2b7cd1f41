"""Protocol Buffers (proto2, proto3, editions) to a tree of definitions; options are read over, not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.protobuf_tokens import Token, tokenise
from ctxkb.formats.protobuf_tree import Definition, Field, File, Word

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 64
"""How deep messages may be nested; protoc itself allows 32."""

_LABELS = frozenset({"optional", "required", "repeated"})
_HEAD = ("syntax", "edition", "package", "import", "option")
_INTEGERS = (f"{sign}int{bits}" for sign in ("", "u", "s") for bits in (32, 64))
_FIXED = ("fixed32", "fixed64", "sfixed32", "sfixed64")
_SCALARS = frozenset({"double", "float", "bool", "string", "bytes", *_INTEGERS, *_FIXED})


def read_file(text: str) -> File:
    """Read decoded `text`; raises `SourceError` with the line where it does not parse."""
    return _Parser(tokenise(text)).file()


class _Body:
    """What is found between the braces of one definition."""

    def __init__(self) -> None:
        self.fields: list[Field] = []
        self.inner: list[Definition] = []
        self.uses: list[str] = []
        self.reserved: list[str] = []
        self.deprecated = False


class _Parser:
    """A recursive descent over the tokens of one file."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _peek(self, ahead: int) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _next(self) -> Token:
        token = self._now
        if token.kind == "end":
            raise self._error("a definition is not finished")
        self._at += 1
        return token

    def _take(self, text: str) -> Token:
        if self._now.text != text:
            raise self._error(f"expected {text!r}")
        return self._next()

    def _name(self) -> Token:
        if self._now.kind != "name":
            raise self._error("expected a name")
        return self._next()

    def _skips(self, text: str) -> bool:
        """Step over `text` where it comes next."""
        if self._now.text != text or self._now.kind == "text":
            return False
        self._at += 1
        return True

    def _error(self, reason: str) -> SourceError:
        found = f"found {self._now.text!r}" if self._now.text else "the file ends"
        return SourceError(f"not Protocol Buffers: {reason}, {found}", self._now.line)

    def _until(self, end: str) -> list[Token]:
        """Everything before `end` (which is read too), with the brackets and braces that open and close in between."""
        taken: list[Token] = []
        depth = 0
        while depth or self._now.text != end or self._now.kind != "mark":
            token = self._next()
            taken.append(token)
            if token.kind == "mark":
                depth += (token.text in "{[(") - (token.text in "}])")
            if depth < 0:
                raise SourceError(f"not Protocol Buffers: unexpected {token.text!r}", token.line)
        self._next()
        return taken

    def file(self) -> File:
        """The whole file."""
        told: dict[str, list[str]] = {word: [] for word in _HEAD}
        head: list[Token] = []
        definitions: list[Definition] = []
        while self._now.kind != "end":
            start = self._now
            if self._skips(";"):
                continue
            if definition := self._definition(""):
                definitions.append(definition)
            elif start.text in told:
                words = self._until(";")
                told[start.text].append(words[-1].text.strip("\"'"))
                if not definitions:
                    head += [start, self._tokens[self._at - 1]]
            else:
                raise self._error("expected a definition")
        return File(
            syntax=next(iter([*told["syntax"], *told["edition"]]), "proto2"),
            package=next(iter(told["package"]), ""),
            imports=tuple(told["import"]),
            first=head[0].comments[0].first if head and head[0].comments else head[0].line if head else 0,
            last=head[-1].last if head else 0,
            told=" ".join(dict.fromkeys(token.told for token in head if token.told)),
            definitions=tuple(definitions),
            comments=tuple((comment.first, comment.last) for token in self._tokens for comment in token.comments),
        )

    def _definition(self, scope: str) -> Definition | None:
        """A message, enum, service or extension where one begins here, else None."""
        start = self._now
        skip = 1 if start.text in ("export", "local") and self._peek(1).text in ("message", "enum") else 0
        word, name = self._peek(skip), self._peek(skip + 1)
        if word.text not in ("message", "enum", "service", "extend") or name.kind != "name":
            return None
        if self._peek(skip + 2).text != "{":
            return None
        self._at += skip + 2
        own = f"extend {name.text}" if word.text == "extend" else name.text
        qualified = f"{scope}.{own}" if scope else own
        inner = {"enum": self._enum, "service": self._service}.get(word.text, self._message)
        body = _Body()
        if word.text == "extend":
            body.uses.append(name.text)
        around = scope if word.text == "extend" else qualified
        return self._braces(_word(word.text), qualified, start, body, lambda: inner(body, around))

    def _braces(self, word: Word, name: str, start: Token, body: _Body, inner: Callable[[], None]) -> Definition:
        """Read `{`, statements by `inner` until `}`, and make a definition of what they left in `body`."""
        self._take("{")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SourceError(f"nested more than {MAX_DEPTH} levels deep", start.line)
        while self._now.text != "}":
            if not self._skips(";"):
                inner()
        self._depth -= 1
        last = self._next().last
        return Definition(
            word=word,
            name=name,
            first=start.opens,
            last=last,
            told=start.told,
            fields=tuple(body.fields),
            inner=tuple(body.inner),
            uses=tuple(dict.fromkeys(body.uses)),
            reserved=tuple(body.reserved),
            deprecated=body.deprecated,
        )

    def _option(self, body: _Body) -> None:
        words = [token.text for token in self._until(";")]
        body.deprecated = body.deprecated or words == ["option", "deprecated", "=", "true"]

    def _reserved(self, body: _Body) -> None:
        words = [token.text for token in self._until(";")]
        body.reserved.append(" ".join(words[1:]).replace(" ,", ","))

    def _message(self, body: _Body, scope: str) -> None:
        """One statement of a message, oneof, group or extension."""
        start = self._now
        if definition := self._definition(scope):
            body.inner.append(definition)
        elif start.text == "option":
            self._option(body)
        elif start.text == "reserved":
            self._reserved(body)
        elif start.text == "extensions":
            self._until(";")
        elif start.text == "oneof" and self._peek(2).text == "{":
            self._at += 2
            self._braces("message", scope, start, body, lambda: self._message(body, scope))
        else:
            self._field(body, scope)

    def _field(self, body: _Body, scope: str) -> None:
        start = self._now
        label = self._next().text if start.text in _LABELS and self._peek(1).kind == "name" else ""
        kind = self._type(body)
        name = self._name().text
        self._take("=")
        number = self._number()
        deprecated = self._options()
        if kind == "group":
            group = _Body()
            own = f"{scope}.{name}" if scope else name
            body.inner.append(self._braces("message", own, start, group, lambda: self._message(group, own)))
        else:
            self._take(";")
        body.fields.append(Field(name, kind, number, label, self._told(start), deprecated, start.line))

    def _type(self, body: _Body) -> str:
        """A field's type as written; what is no scalar is noted among what `body` uses."""
        word = self._name().text
        if word != "map" or not self._skips("<"):
            if word not in _SCALARS and word != "group":
                body.uses.append(word)
            return word
        key = self._name().text
        self._take(",")
        value = self._type(body)
        self._take(">")
        return f"map<{key}, {value}>"

    def _number(self) -> str:
        sign = "-" if self._skips("-") else ""
        if self._now.kind != "number":
            raise self._error("expected a number")
        return sign + self._next().text

    def _options(self) -> bool:
        """Read over `[...]`, and tell whether it says `deprecated = true`."""
        if not self._skips("["):
            return False
        words = [token.text for token in self._until("]")]
        return any(words[at : at + 3] == ["deprecated", "=", "true"] for at in range(len(words)))

    def _told(self, start: Token) -> str:
        """The comments above the statement at `start`, and the one behind it on its last line."""
        behind = [comment for comment in self._now.comments if not comment.alone]
        last = self._tokens[self._at - 1].last
        return " ".join(filter(None, [start.told, *(comment.words for comment in behind if comment.first == last)]))

    def _enum(self, body: _Body, _scope: str) -> None:
        """One statement of an enum."""
        start = self._now
        named = self._peek(1).text == "="
        if start.text == "option" and not named:
            self._option(body)
        elif start.text == "reserved" and not named:
            self._reserved(body)
        else:
            name = self._name().text
            self._take("=")
            number, deprecated = self._number(), self._options()
            self._take(";")
            body.fields.append(Field(name, "", number, "", self._told(start), deprecated, start.line))

    def _service(self, body: _Body, scope: str) -> None:
        """One statement of a service."""
        if self._now.text == "rpc":
            body.inner.append(self._rpc(scope))
        elif self._now.text in ("option", "stream"):
            self._option(body)
        else:
            raise self._error("expected an rpc")

    def _rpc(self, scope: str) -> Definition:
        start = self._next()
        name = f"{scope}.{self._name().text}"
        takes, takes_stream = self._message_type()
        self._take("returns")
        gives, gives_stream = self._message_type()
        body = _Body()
        if self._now.text == "{":
            self._braces("rpc", name, start, body, lambda: self._option(body))
        else:
            self._take(";")
        return Definition(
            word="rpc",
            name=name,
            first=start.opens,
            last=self._tokens[self._at - 1].last,
            told=self._told(start),
            uses=(takes, gives),
            deprecated=body.deprecated,
            streams=(takes_stream, gives_stream),
        )

    def _message_type(self) -> tuple[str, bool]:
        self._take("(")
        stream = self._now.text == "stream" and self._peek(1).kind == "name"
        if stream:
            self._next()
        name = self._name().text
        self._take(")")
        return name, stream


def _word(text: str) -> Word:
    words: dict[str, Word] = {"enum": "enum", "service": "service", "extend": "extend"}
    return words.get(text, "message")
