"""Scripts taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.migrate.kinds import NewIndex, controls_transactions, copies_from_client, is_concurrent, new_index
from steward.migrate.statements import comments, statements, tokens

ONE = [
    "select 'a;b'",
    "select E'a\\';b'",
    "select 'it''s; so'",
    'select ";" from "a"";b"',
    "select $$a;b$$",
    "select $body$ a; $$ ; $body$",
    "do $é$ begin; end $é$",
    "select 1 /* ; /* ; */ ; */ + 1",
    "select 1 -- ;\n + 1",
    "create rule r as on insert to t do also (delete from a; delete from b)",
    "create function f() returns int language sql begin atomic select 1; select case when true then 2 end; end",
    "create or replace procedure p() language sql begin atomic insert into a values (1); end",
    "select a$1$b from c$d",  # dollars within names quote nothing
    "select U&'a;b'",
    "select 'unfinished; quote",
    "select $x$ unfinished; quote",
    "/* unfinished; comment",
]


@pytest.mark.parametrize("text", ONE)
def test_a_semicolon_inside_of_something_ends_nothing(text: str) -> None:
    assert len(statements(text)) <= 1
    assert statements(f"select 0;\n{text}")[0].text == "select 0"
    assert len(statements(f"select 0;\n{text}")) <= 2


@pytest.mark.parametrize("text", [one for one in ONE if "unfinished" not in one])
def test_what_follows_a_statement_is_another(text: str) -> None:
    found = statements(f"{text};\n\n-- a comment;\nselect 2; ;; select 3 -- the end")
    assert [one.text for one in found] == [text, "select 2", "select 3"]
    assert [one.line for one in found] == [1, 4 + text.count("\n"), 4 + text.count("\n")]


def test_begin_is_only_a_body_in_a_function() -> None:
    assert [one.text for one in statements("begin; select atomic; end; select 1")] == [
        "begin",
        "select atomic",
        "end",
        "select 1",
    ]


@given(st.text(alphabet="ab'\"$;-/*\n\\E(); é", max_size=60))
def test_any_text_is_taken_apart_without_loss(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text
    for one in statements(text):
        assert one.text in text and one.text.strip() != "" and one.text == one.text.lstrip()


QUOTED = st.text(alphabet="ab';$\n-*/", max_size=20).map(lambda text: "'" + text.replace("'", "''") + "'")
NAMED = st.text(alphabet='ab;"$\n-', min_size=1, max_size=20).map(lambda text: '"' + text.replace('"', '""') + '"')
DOLLARS = st.text(alphabet="ab;'\n-", max_size=20).map(lambda text: f"$t${text}$t$")
COMMENT = st.text(alphabet="ab;'$", max_size=20).map(lambda text: f"--{text}\n")
PIECE = st.one_of(QUOTED, NAMED, DOLLARS, COMMENT, st.just("word"), st.just("+"))


@given(st.lists(st.lists(PIECE, min_size=1, max_size=5), max_size=5))
def test_statements_that_were_put_together_are_found_again(parts: list[list[str]]) -> None:
    texts = [" ".join(["select", *pieces, "end"]) for pieces in parts]
    assert [one.text for one in statements(";".join(texts))] == texts


def test_comments_know_whether_they_stand_above_the_first_statement() -> None:
    found = comments("-- a\n/* -- b */\n-- c\nselect '-- d'; -- e")
    assert [(one.text, one.line, one.first) for one in found] == [
        ("-- a", 1, True),
        ("-- c", 3, True),
        ("-- e", 4, False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN",
        "begin isolation level serializable",
        "START TRANSACTION",
        "commit",
        "end",
        "abort",
        "rollback",
        "rollback and chain",
        "prepare transaction 'x'",
        "commit prepared 'x'",
    ],
)
def test_what_begins_or_ends_a_transaction_is_seen(text: str) -> None:
    assert controls_transactions(statements(text)[0])


@pytest.mark.parametrize(
    "text",
    ["savepoint a", "rollback to a", "rollback to savepoint a", "release a", "prepare x as select 1", "(select 1)"],
)
def test_savepoints_and_everything_else_are_no_transactions(text: str) -> None:
    assert not controls_transactions(statements(text)[0])


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("create index concurrently a on b (c)", NewIndex("a", "b")),
        ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON ONLY s.b USING gin (c)", NewIndex("a", "s.b")),
        ('create index /* so */ concurrently "A on" on "S"."b.c" (d)', NewIndex('"A on"', '"S"."b.c"')),
        ("create index concurrently on b (c)", NewIndex("", "b")),
        ("create index a on b (c)", None),
        ("drop index concurrently a", None),
        ("select 'create index concurrently a on b (c)'", None),
    ],
)
def test_an_index_made_concurrently_is_known_by_its_names(text: str, made: NewIndex | None) -> None:
    assert new_index(statements(text)[0]) == made


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("drop index concurrently if exists a", True),
        ("reindex table concurrently a", True),
        ("reindex (verbose, concurrently) table a", True),
        ("alter table a detach partition b concurrently", True),
        ("alter table a detach partition b", False),
        ("refresh materialized view concurrently a", False),  # waits for nobody's end, and locks out other refreshes
        ("drop index a", False),
    ],
)
def test_what_stands_in_nobody_s_way_is_known(text: str, is_it: bool) -> None:
    assert is_concurrent(statements(text)[0]) is is_it


def test_copying_from_a_client_is_seen() -> None:
    assert copies_from_client(statements("COPY a (b) FROM STDIN")[0])
    assert not copies_from_client(statements("copy a from '/stdin'")[0])
