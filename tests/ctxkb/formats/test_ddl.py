from __future__ import annotations

import time
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.config.models import Sources
from ctxkb.errors import SourceError
from ctxkb.formats.classify import classify
from ctxkb.formats.ddl import parse_ddl
from ctxkb.formats.ddl_statements import plain_name, statements
from ctxkb.types import Kind
from support.contracts import contract, outline, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

NOTES = dedent("""\
    SET x = 1;
    CREATE TABLE a (b int); -- about a

    /* What follows is
       about money. */

    -- one
    CREATE TABLE c (d int);

    -- Name: e; Type: TABLE; Schema: public; Owner: -

    CREATE TABLE e (f int);
    INSERT INTO e VALUES (1);

    -- Kept for ever.
    INSERT INTO e VALUES ('-- no comment');
    -- the end
    """)


SHOP = dedent("""\
    -- Orders and who placed them.
    SET search_path = shop;

    CREATE TYPE order_state AS ENUM ('open', 'packed; sent');

    -- Whoever buys.
    CREATE TABLE customers (
        id bigint PRIMARY KEY,
        email text NOT NULL UNIQUE, -- never shown to other customers
        credit numeric(10, 2) DEFAULT 0
    );
    CREATE INDEX customers_by_email ON customers (lower(email));

    /* One order of one customer. */
    CREATE TABLE IF NOT EXISTS public."orders" (
        id bigint,
        "customerId" bigint REFERENCES customers (id),
        state order_state DEFAULT 'open',
        CONSTRAINT orders_pk PRIMARY KEY (id)
    );
    COMMENT ON COLUMN orders.state IS 'Never goes back.';

    INSERT INTO customers VALUES (1, 'a;b', 0);

    CREATE FUNCTION total(order_id bigint) RETURNS numeric AS $$
      SELECT sum(cents); -- a body; with a semicolon
    $$ LANGUAGE sql;
    ALTER TABLE ONLY public.customers ADD CONSTRAINT credit_ok CHECK (credit >= 0);
    """)


def parsed(text: str, path: str = "db/schema.sql") -> Document:
    result = parse_ddl(contract(text, path, "ddl"))
    assert result.problems == ()
    return result.documents[0]


def test_sections() -> None:
    """A table keeps its index and comments; marks in strings and bodies end nothing; data is left out."""
    document = parsed(SHOP)
    assert (document.title, document.kind) == ("schema.sql", "contract")
    assert outline(document) == [
        ("info", "info", 1, 3, ()),
        ("order_state", "enum", 4, 4, ()),
        ("customers", "table", 6, 12, ()),
        ("orders", "table", 14, 21, ("customers", "order_state")),
        ("total", "component", 25, 27, ()),
        ("alter table customers", "component", 28, 28, ("customers",)),
    ]
    assert strays(document, SHOP) == []
    assert {found.syntax for found in document.sections} == {"sql"}


def test_summaries() -> None:
    """Columns with types, what they refer to, and all that comments say, beside, above and in COMMENT ON."""
    summaries = {found.anchor: found.summary for found in parsed(SHOP).sections}
    assert summaries["customers"] == (
        "table customers. Whoever buys. columns: id bigint, email text, credit numeric(10, 2). "
        "email: never shown to other customers. CREATE INDEX customers_by_email ON customers (lower(email));"
    )
    assert summaries["orders"] == (
        "table orders. One order of one customer. state: Never goes back. "
        "columns: id bigint, customerId (customer id) bigint, state order_state. references: customers."
    )
    assert summaries["order_state"] == "type order_state (order state). values: open, packed; sent."


def test_a_dump_of_mysql() -> None:
    """Backticks, backslashes in strings, COMMENT on columns, and routines that hold semicolons."""
    text = dedent("""\
        CREATE TABLE `user data` (
          `id` int unsigned NOT NULL COMMENT 'it''s unique',
          KEY `by_id` (`id`)
        ) COMMENT='x';
        INSERT INTO `user data` VALUES ('a\\'; CREATE TABLE no (id int);');
        DELIMITER $$
        CREATE DEFINER=`root`@`%` PROCEDURE `tidy`() BEGIN DELETE FROM `a`; DELETE FROM `b`; END$$
        DELIMITER ;
        CREATE VIEW v AS SELECT 1;
        """)
    assert [found[:4] for found in outline(parsed(text))] == [
        ("user data", "table", 1, 4),
        ("tidy", "component", 7, 7),
        ("v", "table", 9, 9),
    ]
    assert parsed(text).sections[0].summary == "table user data. columns: id int unsigned. id: it''s unique."


def test_a_dump_of_postgresql() -> None:
    """Rows of COPY are passed over, quotes in them too."""
    text = "CREATE TABLE public.a (\n    b text\n);\nCOPY public.a (b) FROM stdin;\nit's; (\n\\.\n\n"
    text += "CREATE TABLE c (d int);\n"
    assert [found[:4] for found in outline(parsed(text))] == [("a", "table", 1, 3), ("c", "table", 8, 8)]


PL_PGSQL = dedent("""\
    --
    -- PostgreSQL database dump
    --

    SET statement_timeout = 0;

    CREATE FUNCTION public.touch() RETURNS trigger
        LANGUAGE plpgsql
        AS $$
    BEGIN
      NEW.updated_at := now();
      RETURN NEW;
    END;
    $$;

    CREATE FUNCTION public.again() RETURNS void AS $body$
    DECLARE x text := '$$';
    BEGIN
      PERFORM 1;
    END
    $body$ LANGUAGE plpgsql;

    CREATE TABLE public.orders (
        id bigint NOT NULL
    );

    CREATE TRIGGER kept BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.touch();
    """)


def test_a_body_in_dollar_quotes_ends_with_them() -> None:
    """pg_dump writes functions before tables: what BEGIN says inside the quotes does not reach behind them."""
    assert [found[:4] for found in outline(parsed(PL_PGSQL))] == [
        ("info", "info", 1, 6),
        ("touch", "component", 7, 14),
        ("again", "component", 16, 21),
        ("orders", "table", 23, 25),
        ("kept", "component", 27, 27),
    ]


@pytest.mark.parametrize("word", ["-- BEGIN of it\n", "/* BEGIN */ ", "", "BEGIN;\n"])
def test_only_a_begin_in_the_routine_itself_opens_its_body(word: str) -> None:
    """A word in a comment, a string or a transaction opens none, but that of a trigger in SQLite does."""
    text = f"{word}CREATE FUNCTION f() RETURNS int AS 'BEGIN' LANGUAGE x;\nCREATE TABLE a (b int);\n"
    text += "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\n  DELETE FROM c;\nEND;\n"
    found = [one for one in statements(text) if one.what]
    assert [one.name for one in found] == ["f", "a", "t"]
    assert found[-1].text.endswith("END;")


def test_a_script_of_sql_server() -> None:
    """GO ends a statement, brackets are quotes, and a routine reaches to its END."""
    text = dedent("""\
        CREATE TABLE [dbo].[Order Line] ([Id] int)
        GO
        CREATE PROCEDURE [dbo].[Pay] AS
        BEGIN
          UPDATE [a] SET [b] = 1;
          DELETE [c];
        END;
        GO
        """)
    assert [found[:4] for found in outline(parsed(text))] == [("Order Line", "table", 1, 1), ("Pay", "component", 3, 7)]


def test_a_virtual_table_is_a_table() -> None:
    """SQLite's indexes of full text are created so; a doubled quote in a name is part of it."""
    text = "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(title, body);\nCREATE TABLE `back``tick` (a int);\n"
    assert classify("db/schema.sql", text.encode(), Sources()) == (Kind.CONTRACT, "ddl")
    assert [found[:4] for found in outline(parsed(text))] == [
        ("found", "table", 1, 1),
        ("back`tick", "table", 2, 2),
    ]


def test_comments_belong_to_what_follows_them() -> None:
    """A comment behind a statement, or one that a blank line parts, belongs to no other statement."""
    text = "CREATE TABLE a (b int); -- about a\n-- far\n\n-- near\n-- nearer\nCREATE TABLE c (d int);\n"
    found = list(statements(text))
    assert [(one.name, one.told, one.above, one.first) for one in found] == [
        ("a", "", 1, 1),
        ("c", "near nearer", 4, 6),
    ]


NAMES = ('"a b"."c"', "`back``tick`", '"say ""hi"""."a]b"', "public.x", "[dbo].[y]", "`z`", "shop.w")


def test_every_comment_stands_in_a_section() -> None:
    """One that a blank line parts goes to its neighbour, one between data stands alone; a dump's own say nothing."""
    sections = parsed(NOTES).sections
    assert [(found.anchor, found.first, found.last, found.summary) for found in sections] == [
        ("info", 1, 1, "SET x = 1;"),
        ("a", 2, 2, "table a. columns: b int."),
        ("c", 4, 8, "table c. one. columns: d int. What follows is about money."),
        ("e", 12, 12, "table e. columns: f int."),
        ("comment", 15, 15, "Kept for ever."),
        ("comment-1", 17, 17, "the end"),
    ]


def test_names() -> None:
    """A name loses its quotes and the schema in which everything is."""
    assert [plain_name(name) for name in NAMES] == [
        "a b.c",
        "back`tick",
        'say "hi".a]b',
        "x",
        "y",
        "z",
        "shop.w",
    ]


@pytest.mark.parametrize("filler", ["'", '"', "/*", "$a$ ", "(", "-- '\n", "CREATE TABLE ", "a int, ", ";"])
def test_hostile_text_is_read_in_bounded_time(filler: str) -> None:
    """Quotes, comments and parentheses that never end take time in proportion to the file's size."""
    text = "CREATE TABLE a (b int);\nCREATE TABLE c (" + filler * (400_000 // len(filler))
    begin = time.perf_counter()
    assert parsed(text).sections[0].anchor == "a"
    assert time.perf_counter() - begin < 10


def test_what_is_no_schema() -> None:
    """A file of queries is refused."""
    with pytest.raises(SourceError) as caught:
        parse_ddl(contract("SELECT 1;", "a.sql", "ddl"))
    assert caught.value.reason == "no SQL that defines tables: it has no CREATE statement"


@pytest.mark.parametrize(
    ("path", "sources", "found"),
    [
        ("db/schema.sql", Sources(), (Kind.CONTRACT, "ddl")),
        ("db/migrations/001_orders.sql", Sources(), None),
        ("src/main/resources/db/migration/V1__init.sql", Sources(), None),
        ("sql/V12__add.sql", Sources(), None),
        ("packages/api/drizzle/0000_baseline.sql", Sources(), None),
        ("drizzle/20250102030405_calm_hulk/migration.sql", Sources(), None),
        ("db/migrations-postgres/init.sql", Sources(), None),
        ("db/pg_migrations/2_orders.sql", Sources(), None),
        ("src/db/out/0003_orders.sql", Sources(), None),
        ("store/postgres/001_init.sql", Sources(), None),
        ("store/20240102030405.sql", Sources(), None),
        ("store/1_init.up.sql", Sources(), None),
        ("docker/initdb.d/01-schema.sql", Sources(), (Kind.CONTRACT, "ddl")),
        ("db/3d_models.sql", Sources(), (Kind.CONTRACT, "ddl")),
        ("db/emigrations/schema.sql", Sources(), (Kind.CONTRACT, "ddl")),
        ("drizzle/0000.sql", Sources(contracts=("drizzle/*.sql",)), (Kind.CONTRACT, "ddl")),
        ("tests/data.sql", Sources(), None),
        ("db/migrations/001.sql", Sources(contracts=("db/migrations/*.sql",)), (Kind.CONTRACT, "ddl")),
        ("prisma/schema.prisma", Sources(), (Kind.CONTRACT, "prisma")),
    ],
)
def test_migrations_are_no_contract_unless_listed(path: str, sources: Sources, found: object) -> None:
    """What changes a database step by step does not tell how it is."""
    assert classify(path, b"CREATE TABLE a (b int);", sources) == found
