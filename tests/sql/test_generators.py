"""Made-up data for the four example databases: as much as asked for, allowed by every constraint, and believable."""

from collections.abc import Iterator

import pytest
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue, ObjectNotInPrerequisiteState

from .examples import (
    EXAMPLES,
    as_owner_of,
    counts,
    declared,
    fresh,
    generate,
    generator,
    migrate,
    rows,
    tables,
    ups,
)
from .server import Server
from .world import apply, clear, login

BEGIN, END = "-- Rows come faster without indexes", "-- Everything that was taken away"
OF_THE_SERVER = {
    "rustylinks": {"languages", "licenses", "link_languages", "link_licenses"},
    "kennwilliamson": {"roles", "user_roles", "phrases", "user_excluded_phrases"},
    "home_inventory": set(),
    "stateset": set(),
}
"""Tables with keys that migrations let the server draw: these differ from one server to the next."""


@pytest.fixture(scope="module")
def filled(running: Server) -> Iterator[Server]:
    """A server with the four databases as declared and migrated, filled at scale 0.5, and as `…_small` at 0.05."""
    clear(running)
    apply(running, declared(running.version))
    for example in EXAMPLES:
        migrate(running, example)
        generate(running, example, example, 0.5)
        small(running, example, f"{example}_small")
    yield running


def small(server: Server, example: str, database: str) -> str:
    """Another database of the example's, filled at scale 0.05; its name."""
    migrated(server, database, example)
    generate(server, database, example, 0.05)
    return database


def migrated(server: Server, database: str, example: str) -> str:
    """Another database of the example's, still without data; its name."""
    fresh(server, database, example)
    migrate(server, database, example, example)
    return database


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_was_taken_away_for_speed_is_there_again(filled: Server, example: str) -> None:
    """The same indexes, keys and constraints, each of them valid for each of the rows."""
    assert filled.dump(f"{example}_small") == filled.dump(migrated(filled, "again", example))
    assert rows(filled, example, "select conname from pg_constraint where not convalidated") == []
    assert rows(filled, example, "select indexrelid::regclass from pg_index where not indisvalid") == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_even_little_data_is_some_in_every_table(filled: Server, example: str) -> None:
    assert [table for table, count in counts(filled, f"{example}_small").items() if not count] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_ten_times_the_scale_is_ten_times_the_rows(filled: Server, example: str) -> None:
    few, many = counts(filled, f"{example}_small"), counts(filled, example)
    compared = {table: many[table] / count for table, count in few.items() if count >= 200}
    assert len(compared) >= 3
    assert all(8 < ratio < 12.5 for ratio in compared.values()), compared
    assert 9 < sum(many.values()) / sum(few.values()) < 11


@pytest.mark.parametrize("example", EXAMPLES)
def test_scale_one_is_about_ten_megabytes(filled: Server, example: str) -> None:
    size = "select pg_database_size(current_database())"
    empty = rows(filled, migrated(filled, "again", example), size)[0][0]
    assert 3.5e6 < rows(filled, example, size)[0][0] - empty < 8.5e6  # at half of it, with the pages that nobody fills


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_same_rows_come_each_time(filled: Server, example: str) -> None:
    database = small(filled, example, "again")
    for table in set(tables(filled, example)) - OF_THE_SERVER[example]:
        sql = f"select count(*), sum(hashtextextended(t::text, 0)) from {table} t"
        if table == "tags":
            sql += " where user_id is not null"
        assert rows(filled, database, sql) == rows(filled, f"{example}_small", sql), table
    assert counts(filled, database) == counts(filled, f"{example}_small")


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_runs_through_psycopg_too_and_only_where_there_is_no_data_yet(filled: Server, example: str) -> None:
    with as_owner_of(filled, migrated(filled, "again", example), example) as owner:
        owner.execute("set pgsteward.scale = '0.05'")
        owner.execute(generator(example))
        before = counts(filled, "again")
        assert before == counts(filled, f"{example}_small")
        with pytest.raises(ObjectNotInPrerequisiteState, match="already"):
            owner.execute(generator(example))
        owner.rollback()
        assert counts(filled, "again") == before
        assert filled.dump("again") == filled.dump(f"{example}_small")


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("scale", ["0", "-1", "ten", "1e9", "0.0"])
def test_a_scale_that_is_none_is_refused_and_changes_nothing(filled: Server, example: str, scale: str) -> None:
    database = migrated(filled, "again", example)
    before = filled.dump(database)
    with as_owner_of(filled, database, example) as owner:
        owner.execute(f"set pgsteward.scale = '{scale}'")
        with pytest.raises(InvalidParameterValue, match=r"pgsteward\.scale is not a number above 0"):
            owner.execute(generator(example))
        owner.rollback()
    assert filled.dump(database) == before


def test_things_are_not_made_before_the_categories_to_file_them_under(filled: Server) -> None:
    fresh(filled, "again", "home_inventory")
    with as_owner_of(filled, "again", "home_inventory") as owner:
        for up in ups("home_inventory"):
            owner.execute(up.read_text())
        with pytest.raises(ObjectNotInPrerequisiteState, match="no categories") as refused:
            owner.execute(generator("home_inventory"))
        assert "seeds/home_inventory/categories.sql" in (refused.value.diag.message_hint or "")


def test_all_take_away_and_give_back_in_the_same_words() -> None:
    texts = [generator(example) for example in EXAMPLES]
    taken = {text[text.index("begin;\n") : text.index("\n$$;\n", text.index(BEGIN))] for text in texts}
    given = {text[text.index(END) : text.index("\nanalyze ", text.index(END))] for text in texts}
    assert (len(taken), len(given)) == (1, 1)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_planner_knows_every_table_at_once(filled: Server, example: str) -> None:
    sql = "select distinct tablename from pg_stats where schemaname = 'public'"
    assert {name for (name,) in rows(filled, example, sql)} >= set(tables(filled, example))


@pytest.mark.parametrize("example", ["home_inventory", "stateset"])
def test_numbers_go_on_behind_what_was_made(filled: Server, example: str) -> None:
    sql = "select attrelid::regclass::text, attname::text from pg_attribute where attidentity <> ''"
    identities = rows(filled, example, sql)
    assert identities
    for table, column in identities:
        sql = f"select nextval(pg_get_serial_sequence('{table}', '{column}')) - max({column}) from {table}"
        assert rows(filled, example, sql) == [(1,)], table


@pytest.mark.parametrize("example", EXAMPLES)
def test_dates_reach_over_two_years_and_not_into_the_future(filled: Server, example: str) -> None:
    sql = """
        select attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = attrelid and relkind = 'r'
        where attname = 'created_at' and relnamespace = 'public'::regnamespace"""
    first, last = [], []
    for (table,) in rows(filled, example, sql):
        span = f"select now() - min(created_at), now() - max(created_at) from {table}"
        eldest, youngest = rows(filled, example, span)[0]
        assert youngest.total_seconds() >= 0, table
        assert eldest.days <= 740, table
        first.append(eldest.days)
        last.append(youngest.days)
    assert max(first) >= 500
    assert min(last) <= 1


SKEWED = {
    "rustylinks": ("links", "user_id"),
    "kennwilliamson": ("incident_timers", "user_id"),
    "home_inventory": ("items", "inventory_id"),
    "stateset": ("order_items", "variant_id"),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_some_have_much_and_most_have_little(filled: Server, example: str) -> None:
    table, column = SKEWED[example]
    sql = f"""
        select max(n) / percentile_disc(0.5) within group (order by n)
        from (select count(*) as n from {table} group by {column}) as each"""
    assert rows(filled, example, sql)[0][0] >= 4


@pytest.mark.parametrize(
    ("example", "table", "column"),
    [
        ("rustylinks", "links", "description"),
        ("kennwilliamson", "incident_timers", "notes"),
        ("home_inventory", "items", "description"),
        ("stateset", "customers", "phone"),
    ],
)
def test_not_everything_is_known_of_everything(filled: Server, example: str, table: str, column: str) -> None:
    known, all_of_them = rows(filled, example, f"select count({column}), count(*) from {table}")[0]
    assert 0.2 < known / all_of_them < 0.8


@pytest.mark.parametrize(
    ("example", "table", "column"),
    [
        ("rustylinks", "tags", "name"),
        ("kennwilliamson", "phrase_suggestions", "phrase_text"),
        ("home_inventory", "users", "display_name"),
        ("stateset", "customers", "full_name"),
    ],
)
def test_not_all_is_ascii(filled: Server, example: str, table: str, column: str) -> None:
    sql = f"select count(*) from {table} where octet_length({column}) > char_length({column})"
    assert rows(filled, example, sql)[0][0] > 10


def test_orders_cost_what_is_in_them_and_stock_is_what_is_promised(filled: Server) -> None:
    with login(filled, "stateset_reader", "stateset") as reader:
        wrong = [
            """select o.id from orders o join order_items i on i.order_id = o.id group by o.id
                having sum(line_total_cents) <> o.subtotal_cents - o.discount_cents""",
            "select id from orders o where not exists (select from order_items where order_id = o.id)",
            """select i.id from inventory i left join inventory_allocations a on a.inventory_id = i.id group by i.id
                having coalesce(sum(a.quantity), 0) <> i.allocated""",
            """select o.id from orders o join customers c on c.id = o.customer_id where o.created_at < c.created_at""",
            """select r.id from returns r join orders o on o.id = r.order_id where refund_cents > total_cents""",
            """select s.id from shipments s join orders o on o.id = s.order_id where shipped_at < o.created_at""",
        ]
        for sql in wrong:
            assert reader.execute(sql).fetchall() == [], sql
        few = "select avg((status in ('pending', 'confirmed', 'processing', 'shipped'))::integer) from orders"
        assert 0.02 < reader.execute(few).fetchall()[0][0] < 0.08


def test_a_reader_cannot_fill_a_database(filled: Server) -> None:
    with login(filled, "stateset_reader", "stateset") as reader, pytest.raises(InsufficientPrivilege):
        reader.execute("set default_transaction_read_only = off")
        reader.execute(generator("stateset"))


def test_nobody_does_anything_before_they_are_there(filled: Server) -> None:
    for example, table in (("kennwilliamson", "incident_timers"), ("rustylinks", "links")):
        sql = f"select t.id from {table} t join users u on u.id = t.user_id where t.created_at < u.created_at"
        assert rows(filled, example, sql) == []
    sql = "select i.id from items i join inventories h on h.id = inventory_id where i.created_at < h.created_at"
    assert rows(filled, "home_inventory", sql) == []
