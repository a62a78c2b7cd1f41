from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.prisma import parse_prisma
from support.contracts import contract, outline, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

PRISMA = dedent("""\
    datasource db {
      provider = "postgresql"
      url      = env("DATABASE_URL")
    }

    /// Whoever buys.
    model Customer {
      id     Int     @id @default(autoincrement())
      email  String  @unique /// never shown to other customers
      orders Order[]

      @@map("customers")
    }

    model Order {
      id         Int        @id
      state      OrderState @default(OPEN)
      customer   Customer   @relation(fields: [customerId], references: [id])
      customerId Int

      @@index([customerId])
    }

    enum OrderState {
      OPEN
      PACKED
    }
    """)


def parsed(text: str) -> Document:
    result = parse_prisma(contract(text, "prisma/schema.prisma", "prisma"))
    assert result.problems == ()
    return result.documents[0]


def test_a_prisma_schema() -> None:
    """Models, enums and what is configured are sections, with the comments above them."""
    document = parsed(PRISMA)
    assert outline(document) == [
        ("datasource/db", "component", 1, 4, ()),
        ("Customer", "table", 6, 13, ("Order",)),
        ("Order", "table", 15, 22, ("OrderState", "Customer")),
        ("OrderState", "enum", 24, 27, ()),
    ]
    assert strays(document, PRISMA) == []
    assert [found.summary for found in document.sections[1:3]] == [
        (
            "model Customer. Whoever buys. table: customers. fields: id Int, email String, orders Order[]. "
            "email: never shown to other customers."
        ),
        (
            "model Order. fields: id Int, state OrderState, customer Customer, customerId (customer id) Int. "
            "rules: @@index([customerId])."
        ),
    ]


def test_prisma_comments() -> None:
    """Slashes in a string begin no comment; a comment above a field is about it; a block may stand on one line."""
    text = 'type A { x Int }\nmodel B {\n  // where it lies\n  url String @default("https://x") // kept\n}\n'
    assert [found.summary for found in parsed(text).sections] == [
        "type A. fields: x Int.",
        "model B. fields: url String. url: where it lies kept.",
    ]


def test_every_comment_of_prisma_stands_in_a_section() -> None:
    """Comments between `/*` and `*/` are about what follows too, and so is what a blank line parts."""
    text = dedent("""\
        // Shop

        /*
         * How far an order is.
         */
        enum State {
          OPEN /* at first */
          DONE // at last
        }

        // Money is in cents.

        /* one line */
        type A { x String @default("/*") }
        // The end.
        """)
    document = parsed(text)
    assert [(found.anchor, found.first, found.last, found.summary) for found in document.sections] == [
        ("State", 1, 9, "enum State. How far an order is. values: OPEN, DONE. OPEN: at first. DONE: at last. Shop"),
        ("A", 11, 15, "type A. one line. fields: x String. Money is in cents. The end."),
    ]
    assert strays(document, text) == []


def test_a_model_without_an_end_is_refused() -> None:
    """With its name and line."""
    with pytest.raises(SourceError) as caught:
        parse_prisma(contract("\nmodel A {\n  id Int\n", "a.prisma", "prisma"))
    assert (caught.value.reason, caught.value.line) == ("not a Prisma schema: model A has no end", 2)
