"""The four example databases: migrations back and forth, who may do what, which rows are refused, what is fast."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import (
    CheckViolation,
    ForeignKeyViolation,
    InsufficientPrivilege,
    RestrictViolation,
    UniqueViolation,
)

from .examples import (
    EXAMPLES,
    NO_TRANSACTION,
    as_owner_of,
    counts,
    declared,
    down_of,
    fresh,
    generate,
    migrate,
    rows,
    run,
    tables,
    ups,
)
from .server import Server
from .world import apply, changes, clear, login, sentences

ALL_UPS = [pytest.param(example, up, id=f"{example}-{up.stem}") for example in EXAMPLES for up in ups(example)]
ANNA, BERT = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
ALLOWED = re.compile(r"-- pgsteward: allow [a-z-]+ because \S.{10,}")


@pytest.fixture(scope="module")
def examples(running: Server) -> Iterator[Server]:
    """A server with the four databases as declared, migrated, and half filled; tests take back what they do."""
    clear(running)
    apply(running, declared(running.version))
    migrate(running, "kennwilliamson_test", "kennwilliamson")
    for example in EXAMPLES:
        migrate(running, example)
        generate(running, example, example, 0.5)
        with running.connect(example) as admin:
            admin.execute("vacuum analyze")
    yield running


# Migrations


def test_migrations_have_the_names_that_their_applications_know() -> None:
    names = {example: [up.name.removesuffix(".up.sql") for up in ups(example)] for example in EXAMPLES}
    assert names["rustylinks"] == [
        "20250101000001_initial_schema",
        "20250101000002_seed_data",
        "20250101000003_sessions_table",
        "20250101000004_add_failure_count",
        "20250101000005_add_scheduler_fields",
    ]
    assert names["kennwilliamson"] == [
        "20250914134643_initial_schema",
        "20250914134654_add_refresh_tokens_and_user_active",
        "20250914134703_add_phrases_system",
    ]
    assert all(re.fullmatch(r"20\d{12}_[a-z_]+", name) for several in names.values() for name in several)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_migration_can_be_taken_back(example: str) -> None:
    files = {path.name for path in ups(example)[0].parent.iterdir()}
    assert files == {path.name for up in ups(example) for path in (up, down_of(up))}


@pytest.mark.parametrize(("example", "up"), ALL_UPS)
def test_what_a_migration_is_allowed_stands_with_a_reason_before_its_first_statement(example: str, up: Path) -> None:
    for file in (up, down_of(up)):
        comments = re.match(r"((--.*)?\n)*", file.read_text())
        assert comments
        said = [line for line in file.read_text().splitlines() if "pgsteward:" in line]
        assert said == [line for line in comments[0].splitlines() if ALLOWED.fullmatch(line)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_migration_back_and_forth_leaves_the_schema_as_it_was(examples: Server, example: str) -> None:
    """Each one by itself, and then all of them: pg_dump sees no difference, and an empty database in the end."""
    database = fresh(examples, "again", example)
    empty = before = examples.dump(database)
    with as_owner_of(examples, database, example) as owner:
        for up in ups(example):
            run(owner, up)
            after = examples.dump(database)
            run(owner, down_of(up))
            assert examples.dump(database) == before, f"{down_of(up).name} is not the reverse of {up.name}"
            run(owner, up)
            assert examples.dump(database) == after, f"{up.name} is different the second time"
            before = after
        for up in reversed(ups(example)):
            run(owner, down_of(up))
        assert examples.dump(database) == empty
        for up in ups(example):
            run(owner, up)
        assert examples.dump(database) == after != empty


def test_taking_the_seeds_back_leaves_what_others_made_global(examples: Server) -> None:
    with as_owner_of(examples, "rustylinks") as owner, owner.transaction(force_rollback=True):
        owner.execute("insert into languages (name) values ('Zig')")
        owner.execute(down_of(ups("rustylinks")[1]).read_text())
        assert owner.execute("select name from languages where user_id is null").fetchall() == [("Zig",)]
        assert owner.execute("select count(*) from licenses where user_id is null").fetchall() == [(0,)]


def test_twenty_languages_and_twenty_licenses_are_everybodys(examples: Server) -> None:
    for table in ("languages", "licenses"):
        assert rows(examples, "rustylinks", f"select count(*) from {table} where user_id is null") == [(20,)]


def test_seeds_can_be_loaded_again(examples: Server) -> None:
    before = counts(examples, "home_inventory")["categories"]
    with as_owner_of(examples, "home_inventory") as owner:
        for seed in (ups("home_inventory")[0].parents[2] / "seeds/home_inventory").glob("*.sql"):
            owner.execute(seed.read_text())
    assert counts(examples, "home_inventory")["categories"] == before >= 18


# Rights


def test_the_declaration_lets_nobody_log_in_as_an_owner_and_no_application_do_more_than_write() -> None:
    cluster = declared(17)
    assert {*EXAMPLES, "kennwilliamson_test"} == cluster.databases.keys()
    for name, database in cluster.databases.items():
        assert not cluster.roles[database.owner].login
        assert database.grants[f"{name}_app"] == "write"
        assert all(grant == "read" for role, grant in database.grants.items() if role.endswith("_reader"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_everything_belongs_to_the_owner_and_a_deploy_after_the_migrations_changes_nothing(
    examples: Server, example: str
) -> None:
    owners = """
        select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace
            and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')"""
    assert rows(examples, example, owners) == [(example,)]
    assert sentences(changes(examples, declared(examples.version))) == []


def written(server: Server, example: str) -> dict[str, str]:
    """The columns that a statement may write to, comma separated, by table."""
    sql = """
        select attrelid::regclass::text, string_agg(attname, ', ' order by attnum) from pg_attribute a
        join pg_class c on c.oid = attrelid and relkind = 'r' and relnamespace = 'public'::regnamespace
        where attnum > 0 and not attisdropped and attidentity = '' and attgenerated = '' group by 1"""
    return dict(rows(server, example, sql))


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_application_may_read_and_change_every_table_and_the_reader_only_read(
    examples: Server, example: str
) -> None:
    with login(examples, f"{example}_app", example) as app, login(examples, f"{example}_reader", example) as reader:
        reader.execute("set default_transaction_read_only = off")
        for table, columns in written(examples, example).items():
            first = columns.split(", ")[0]
            changing = [
                f"insert into {table} ({columns}) select {columns} from {table} where false",
                f"update {table} set {first} = {first} where false",
                f"delete from {table} where false",
            ]
            for statement in changing:
                app.execute(statement)
                with pytest.raises(InsufficientPrivilege):
                    reader.execute(statement)
            for somebody in (app, reader):
                somebody.execute(f"select * from {table} limit 1")


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_application_may_not_change_what_a_table_is(examples: Server, example: str) -> None:
    with login(examples, f"{example}_app", example) as app:
        for table in tables(examples, example):
            for statement in (
                f"truncate {table}",
                f"drop table {table}",
                f"alter table {table} add column mine integer",
                f"alter table {table} disable trigger user",
                f"create index on {table} (({table}::text))",
                f"create trigger mine before update on {table} for each row execute function set_updated_at()",
            ):
                with pytest.raises(InsufficientPrivilege):
                    app.execute(statement)
        for statement in ("create table mine (id bigint)", "create schema mine", "create function f() returns int"):
            with pytest.raises(InsufficientPrivilege):
                app.execute(statement + (" return 1" if "function" in statement else ""))


@pytest.mark.parametrize("stranger", ["rustylinks_app", "kennwilliamson_app", "stateset_reader"])
def test_an_application_has_no_way_into_the_database_of_another(examples: Server, stranger: str) -> None:
    for database in {*EXAMPLES, "kennwilliamson_test"} - {stranger.rsplit("_", 1)[0]}:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            login(examples, stranger, database)


# Rows

PREPARED = {
    "rustylinks": f"""
        insert into users (id, email, password_hash) values ('{ANNA}', 'a@example.com', 'x'), ('{BERT}', 'b', 'x');
        insert into links (id, user_id, url, domain, path) values ('{ANNA}', '{ANNA}', 'u', 'a.example', '/');
        insert into categories (id, user_id, name) values ('{ANNA}', '{ANNA}', 'Söhne');
        insert into languages (user_id, name) values ('{ANNA}', 'Élan');
        insert into licenses (user_id, name, full_name) values ('{ANNA}', 'Mine', 'My License');
        insert into tags (user_id, name) values ('{ANNA}', 'Ärger'), (null, 'Global');
        insert into sessions (id, user_id) values ('token', '{ANNA}');""",
    "kennwilliamson": f"""
        insert into users (id, email, password_hash, user_slug)
            values ('{ANNA}', 'a@example.com', 'x', 'anna'), ('{BERT}', 'b@example.com', 'x', 'bert');
        insert into user_roles select '{ANNA}', id from roles;
        insert into incident_timers (user_id) values ('{ANNA}');
        insert into refresh_tokens (user_id, token_hash, expires_at)
            values ('{ANNA}', sha256('a'), now() + interval '1 day');
        insert into phrases (id, phrase_text, created_by) values ('{ANNA}', 'All is well.', '{ANNA}');
        insert into user_excluded_phrases (user_id, phrase_id) values ('{ANNA}', '{ANNA}');
        insert into phrase_suggestions (user_id, phrase_text) values ('{ANNA}', 'Even better.');
        insert into phrase_suggestions (id, user_id, phrase_text, status, reviewed_by, reviewed_at)
            values ('{BERT}', '{BERT}', 'Best.', 'approved', '{ANNA}', now());""",
    "home_inventory": """
        insert into users (id, email, password_hash, display_name) overriding system value
            values (9000001, 'a@x', 'x', 'A'), (9000002, 'b@x', 'x', 'B');
        insert into inventories (id, owner_id, name) overriding system value
            values (9000001, 9000001, 'Zuhause'), (9000002, 9000002, 'Zuhause');
        insert into locations (id, inventory_id, name) overriding system value values (9000001, 9000001, 'Küche');
        insert into locations (inventory_id, parent_id, name) values (9000001, 9000001, 'Regal');
        insert into items (id, inventory_id, location_id, name) overriding system value
            values (9000001, 9000001, 9000001, 'Stove');
        insert into item_photos (item_id, storage_key, content_type, size_bytes) values (9000001, 'k', 'image/jpeg', 1);
        insert into access_grants (inventory_id, user_id) values (9000001, 9000002);""",
    "stateset": """
        insert into users (id, email, password_hash, full_name) overriding system value
            values (9000001, 'x@y', 'x', 'A');
        insert into customers (id, email, full_name, country) overriding system value
            values (9000001, 'Kunde@x', 'K', 'DE');
        insert into products (id, slug, title) overriding system value values (9000001, 'mine', 'Mine');
        insert into product_variants (id, product_id, sku, title, price_cents) overriding system value
            values (9000001, 9000001, 'mine-1', 'S', 100);
        insert into orders (id, order_number, customer_id, subtotal_cents, total_cents) overriding system value
            values (9000001, 'mine', 9000001, 200, 200);
        insert into order_items (id, order_id, variant_id, quantity, unit_price_cents) overriding system value
            values (9000001, 9000001, 9000001, 2, 100);
        insert into inventory (id, variant_id, location, on_hand) overriding system value
            values (9000001, 9000001, 'Here', 5);
        insert into inventory_allocations (inventory_id, order_item_id, quantity) values (9000001, 9000001, 2);
        insert into audit_log (actor_id, action, entity_type, entity_id) values (9000001, 'x', 'mine', 1);""",
}
"""Rows that the tests below build on."""

LINK = "insert into links (user_id, url, domain, path, status) values"
CATEGORY = "insert into categories (user_id, name, depth) values"
LICENSE = "insert into licenses (user_id, name, full_name) values"
USER = "insert into users (email, password_hash, user_slug) values"
TOKEN = "insert into refresh_tokens (user_id, token_hash, expires_at) values"
SUGGESTION = "insert into phrase_suggestions (user_id, phrase_text, status, reviewed_at) values"
ITEM = "insert into items (inventory_id, name, quantity, price_cents, purchase_date, warranty_until) values (9000001,"
ORDER = (
    "insert into orders (order_number, customer_id, status, subtotal_cents, discount_cents, total_cents) values ('o',"
)
MOVE = "insert into inventory_transactions (inventory_id, kind, quantity) values (9000001,"
REFUSED = {
    "rustylinks": [
        (f"{LINK} ('{ANNA}', 'v', 'a.example', '/', 'active')", "uq_links_user_domain_path"),
        (f"{LINK} ('{ANNA}', 'v', 'b.example', '/', 'gone')", "links_status_check"),
        (f"{CATEGORY} ('{ANNA}', 'SÖHNE', 0)", "uq_categories_user_name"),
        (f"{CATEGORY} ('{ANNA}', 'Deep', 3)", "categories_depth_check"),
        (f"{CATEGORY} ('{ANNA}', 'High', -1)", "categories_depth_check"),
        (f"insert into languages (user_id, name) values ('{ANNA}', 'éLAN')", "uq_languages_user_name"),
        ("insert into languages (name) values ('rUST')", "uq_languages_global_name"),
        (f"{LICENSE} ('{ANNA}', 'MINE', '')", "uq_licenses_user_name"),
        (f"{LICENSE} (null, 'mit', 'mit')", "uq_licenses_global_name"),
        (f"insert into tags (user_id, name) values ('{ANNA}', 'äRGER')", "uq_tags_user_name"),
        ("insert into tags (name) values ('gLOBAL')", "uq_tags_global_name"),
        ("insert into users (email, password_hash) values ('a@example.com', 'x')", "idx_users_email"),
    ],
    "kennwilliamson": [
        (f"{USER} ('a@example.com', 'x', 'anna-2')", "users_email_key"),
        (f"{USER} ('A@Example.com', 'x', 'anna-2')", "uq_users_email_lower"),
        (f"{USER} ('c@example.com', 'x', 'anna')", "users_user_slug_key"),
        (f"{USER} ('c@example.com', 'x', 'Not a slug')", "users_user_slug_check"),
        (f"{TOKEN} ('{BERT}', sha256('a'), now() + interval '1 day')", "refresh_tokens_token_hash_key"),
        (f"{TOKEN} ('{BERT}', 'the token itself', now() + interval '1 day')", "refresh_tokens_token_hash_check"),
        (f"{TOKEN} ('{BERT}', sha256('b'), now())", "refresh_tokens_expires_at_check"),
        ("insert into phrases (phrase_text) values ('ALL is well.')", "uq_phrases_phrase_text"),
        ("insert into phrases (phrase_text) values ('')", "phrases_phrase_text_check"),
        (f"{SUGGESTION} ('{BERT}', 'x', 'maybe', now())", "phrase_suggestions_status_check"),
        (f"{SUGGESTION} ('{BERT}', 'x', 'approved', null)", "phrase_suggestions_reviewed_check"),
        (f"{SUGGESTION} ('{BERT}', 'x', 'pending', now())", "phrase_suggestions_reviewed_check"),
    ],
    "home_inventory": [
        ("insert into users (email, password_hash, display_name) values ('A@X', 'x', 'x')", "uq_users_email"),
        ("insert into inventories (owner_id, name) values (9000001, 'ZUHAUSE')", "uq_inventories_owner_name"),
        ("insert into locations (inventory_id, name) values (9000001, 'küchE')", "uq_locations_outermost_name"),
        (
            "insert into locations (inventory_id, parent_id, name) values (9000001, 9000001, 'REGAL')",
            "uq_locations_name",
        ),
        (
            "insert into locations (inventory_id, parent_id, name) values (9000002, 9000001, 'The neighbour')",
            "locations_parent_fkey",
        ),
        (
            "insert into items (inventory_id, location_id, name) values (9000002, 9000001, 'Stolen')",
            "items_location_fkey",
        ),
        ("delete from locations where id = 9000001", "items_location_fkey"),
        (f"{ITEM} 'x', 0, 1, null, null)", "items_quantity_check"),
        (f"{ITEM} 'x', 1, -1, null, null)", "items_price_cents_check"),
        (f"{ITEM} 'x', 1, 1, '2025-01-02', '2025-01-01')", "items_warranty_until_check"),
        ("insert into access_grants values (9000001, 9000001, 'owner')", "access_grants_level_check"),
        ("insert into categories (name) values ('bOOKS')", "uq_categories_name"),
    ],
    "stateset": [
        ("insert into customers (email, full_name, country) values ('kUNDE@x', 'K', 'DE')", "uq_customers_email"),
        (
            "insert into product_variants (product_id, sku, title, price_cents) values (9000001, 'MINE-1', 'S', 1)",
            "uq_product_variants_sku",
        ),
        (f"{ORDER} 9000001, 'pending', 200, 0, 199)", "orders_total_cents_check"),
        (f"{ORDER} 9000001, 'pending', 200, 201, -1)", "orders_amounts_check"),
        (f"{ORDER} 9000001, 'lost', 200, 0, 200)", "orders_status_check"),
        (f"{ORDER} 9000001, 'cancelled', 200, 0, 200)", "orders_cancelled_at_check"),
        ("delete from customers where id = 9000001", "orders_customer_id_fkey"),
        ("delete from products where id = 9000001", "inventory_variant_id_fkey|order_items_variant_id_fkey"),
        ("delete from inventory where id = 9000001", "inventory_allocations_inventory_id_fkey"),
        ("update inventory set allocated = 3, reserved = 3 where id = 9000001", "inventory_amounts_check"),
        (f"{MOVE} 'sale', 1)", "inventory_transactions_quantity_check"),
        (f"{MOVE} 'receipt', -1)", "inventory_transactions_quantity_check"),
        (f"{MOVE} 'adjustment', 0)", "inventory_transactions_quantity_check"),
        ("insert into payments (method, amount_cents) values ('card', 1)", "payments_for_check"),
        (
            "insert into events (aggregate_type, aggregate_id, version, event_type)"
            " values ('x', 1, 1, 'a'), ('x', 1, 1, 'b')",
            "events_aggregate_version_key",
        ),
        (
            "insert into bill_of_materials (variant_id, revision, status)"
            " values (9000001, 1, 'active'), (9000001, 2, 'active')",
            "uq_bill_of_materials_active",
        ),
    ],
}
"""What the application is refused, and by which constraint."""

ALLOWED_ROWS = {
    "rustylinks": [
        f"{LINK} ('{BERT}', 'u', 'a.example', '/', 'repo_unavailable')",
        f"{CATEGORY} ('{BERT}', 'SÖHNE', 2)",
        f"insert into languages (user_id, name) values ('{ANNA}', 'Rust'), ('{BERT}', 'Rust'), ('{BERT}', 'Élan')",
        f"delete from languages where user_id = '{ANNA}'",
    ],
    "kennwilliamson": [
        f"{SUGGESTION} ('{BERT}', 'x', 'pending', null), ('{BERT}', 'y', 'rejected', now())",
        f"{TOKEN} ('{BERT}', sha256('b'), now() + interval '1 second')",
    ],
    "home_inventory": [
        "insert into inventories (owner_id, name) values (9000001, 'Office')",
        "insert into locations (inventory_id, parent_id, name) values (9000001, 9000001, 'Küche')",
        f"{ITEM} 'x', 2, 0, '2025-01-02', '2025-01-02')",
    ],
    "stateset": [
        f"{ORDER} 9000001, 'pending', 200, 200, 0)",
        "update inventory set allocated = 3, reserved = 2 where id = 9000001",
        f"{MOVE} 'sale', -1), (9000001, 'receipt', 1), (9000001, 'adjustment', -1)",
    ],
}
"""What comes close to that, and is the application's right."""


def cases(of: dict[str, list]) -> list:
    return [pytest.param(example, one, id=f"{example}-{n}") for example in of for n, one in enumerate(of[example])]


@pytest.fixture
def prepared(examples: Server, request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """A transaction of the application's, with the rows above; taken back."""
    example = request.param
    with login(examples, f"{example}_app", example) as app, app.transaction(force_rollback=True):
        app.execute(PREPARED[example])
        yield app


@pytest.mark.parametrize(("prepared", "refused"), cases(REFUSED), indirect=["prepared"])
def test_a_bad_row_is_refused_by_the_constraint_that_is_there_for_it(
    prepared: psycopg.Connection, refused: tuple[str, str]
) -> None:
    statement, constraint = refused
    with pytest.raises((CheckViolation, ForeignKeyViolation, RestrictViolation, UniqueViolation)) as error:
        prepared.execute(statement)
    assert re.fullmatch(constraint, error.value.diag.constraint_name or ""), statement


@pytest.mark.parametrize(("prepared", "statement"), cases(ALLOWED_ROWS), indirect=["prepared"])
def test_a_row_that_is_nearly_bad_is_accepted(prepared: psycopg.Connection, statement: str) -> None:
    assert prepared.execute(statement).rowcount > 0


@pytest.mark.parametrize("prepared", ["rustylinks"], indirect=True)
@pytest.mark.parametrize("table", ["languages", "licenses", "tags"])
@pytest.mark.parametrize("change", ["delete from {} where {}", "update {} set name = name || '!' where {}"])
def test_what_is_everybodys_is_the_owners_to_change_and_what_is_a_users_the_applications(
    prepared: psycopg.Connection, examples: Server, table: str, change: str
) -> None:
    assert prepared.execute(change.format(table, "user_id is not null")).rowcount > 0
    with pytest.raises(InsufficientPrivilege, match=r"of everybody are not changed by rustylinks_app: \w+"):
        prepared.execute(change.format(table, "user_id is null"))
    with as_owner_of(examples, "rustylinks") as owner, owner.transaction(force_rollback=True):
        assert owner.execute(change.format(table, "user_id is null")).rowcount > 0


@pytest.mark.parametrize(
    ("prepared", "delete", "gone"),
    [
        pytest.param(
            "rustylinks",
            f"delete from users where id = '{ANNA}'",
            {
                f"from {name} where user_id = '{ANNA}'"
                for name in ("links", "categories", "sessions", "tags", "licenses")
            },
            id="a user takes links, categories, sessions, tags and licenses along",
        ),
        pytest.param(
            "kennwilliamson",
            f"delete from users where id = '{ANNA}'",
            {
                *(f"from {name} where user_id = '{ANNA}'" for name in ("user_roles", "incident_timers")),
                *(f"from {name} where user_id = '{ANNA}'" for name in ("refresh_tokens", "user_excluded_phrases")),
                f"from phrase_suggestions where user_id = '{ANNA}' or reviewed_by = '{ANNA}'",
                f"from phrases where created_by = '{ANNA}'",
            },
            id="a user takes timers and tokens along",
        ),
        pytest.param(
            "home_inventory",
            "delete from inventories where id = 9000001",
            {
                *(f"from {name} where inventory_id = 9000001" for name in ("items", "locations", "access_grants")),
                "from item_photos where item_id = 9000001",
            },
            id="an inventory takes places and things along",
        ),
        pytest.param(
            "stateset",
            "delete from orders where id = 9000001",
            {"from order_items where id = 9000001", "from inventory_allocations where order_item_id = 9000001"},
            id="an order takes items and allocations along",
        ),
        pytest.param(
            "stateset",
            "delete from users where id = 9000001",
            {"from audit_log where actor_id = 9000001"},
            id="a log forgets who, not what",
        ),
    ],
    indirect=["prepared"],
)
def test_what_hangs_on_a_row_goes_with_it(prepared: psycopg.Connection, delete: str, gone: set[str]) -> None:
    for rest in gone:
        assert prepared.execute(f"select {rest}").fetchall() != [], rest
    prepared.execute(delete)
    for rest in gone:
        assert prepared.execute(f"select {rest}").fetchall() == [], rest


@pytest.mark.parametrize("prepared", ["kennwilliamson"], indirect=True)
def test_phrases_and_verdicts_outlive_the_account_of_who_gave_them(prepared: psycopg.Connection) -> None:
    prepared.execute(f"delete from users where id = '{ANNA}'")
    assert prepared.execute(f"select created_by from phrases where id = '{ANNA}'").fetchall() == [(None,)]
    verdict = f"select status, reviewed_by from phrase_suggestions where id = '{BERT}'"
    assert prepared.execute(verdict).fetchall() == [("approved", None)]


@pytest.mark.parametrize("prepared", ["stateset"], indirect=True)
def test_what_happened_stays_in_the_log_when_who_did_it_is_gone(prepared: psycopg.Connection) -> None:
    prepared.execute("delete from users where id = 9000001")
    assert prepared.execute("select actor_id from audit_log where entity_type = 'mine'").fetchall() == [(None,)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_whatever_changes_a_row_moves_its_updated_at(examples: Server, example: str) -> None:
    sql = "select attrelid::regclass::text from pg_attribute where attname = 'updated_at' and attnum > 0"
    dated = [
        name for (name,) in rows(examples, example, f"{sql} and attrelid >= 16384") if name in tables(examples, example)
    ]
    assert dated
    with login(examples, f"{example}_app", example) as app:
        for table in dated:
            column = "url" if table == "links" else "created_at"
            one = f"(select ctid from {table} where updated_at < now() limit 1)"
            with app.transaction(force_rollback=True):
                moved = app.execute(
                    f"update {table} set {column} = {column} where ctid = {one} returning updated_at = now()"
                )
                assert moved.fetchall() == [(True,)], table


def test_a_visit_of_the_scheduler_is_no_update_of_a_link(examples: Server) -> None:
    with login(examples, "rustylinks_app", "rustylinks") as app, app.transaction(force_rollback=True):
        visited = app.execute("""
            update links set last_checked = now(), refreshed_at = now(), consecutive_failures = consecutive_failures + 1
            where updated_at < now() returning updated_at = now()""").fetchall()
        assert set(visited) == {(False,)}


# Keys


def test_keys_of_one_session_sort_as_they_were_made(examples: Server) -> None:
    made = rows(examples, "kennwilliamson", "select uuidv7() from generate_series(1, 20000)")
    keys = [key.int >> 64 for (key,) in made]
    assert keys == sorted(keys)
    assert len(set(made)) == 20000


def test_keys_have_the_version_the_variant_and_the_time_of_rfc_9562(examples: Server) -> None:
    with login(examples, "kennwilliamson_app", "kennwilliamson") as app:
        moments = "extract(epoch from clock_timestamp()) * 1000"
        sql = f"select {moments}, uuidv7(), {moments} from generate_series(1, 1000)"
        for before, key, after in app.execute(sql):
            assert isinstance(key, UUID)
            assert (key.version, key.variant) == (7, "specified in RFC 4122")
            assert int(before) <= key.int >> 80 <= int(after)


def test_the_random_half_of_a_key_is_random(examples: Server) -> None:
    made = [
        key.int & (1 << 62) - 1
        for (key,) in rows(examples, "kennwilliamson", "select uuidv7() from generate_series(1, 4000)")
    ]
    for bit in range(62):
        assert 1600 < sum(one >> bit & 1 for one in made) < 2400


def test_keys_of_tables_are_of_version_7(examples: Server) -> None:
    for table in ("phrases", "users", "incident_timers", "refresh_tokens"):
        found = rows(examples, "kennwilliamson", f"select id from {table} order by created_at desc limit 50")
        assert {(key.version, key.variant) for (key,) in found} == {(7, "specified in RFC 4122")}


# Indexes

LACKING = """
    select conrelid::regclass || '.' || conname from pg_constraint c
    where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
        select from pg_index i
        where indrelid = conrelid and indisvalid
            and (select array_agg(k order by k) from unnest(conkey) k)
                = (select array_agg(k order by k) from unnest((indkey::smallint[])[0:cardinality(conkey) - 1]) k)
            and (indpred is null or pg_get_expr(indpred, indrelid) = (
                select '(' || attname || ' IS NOT NULL)' from pg_attribute
                where attrelid = conrelid and attnum = conkey[1] and cardinality(conkey) = 1)))"""
"""Foreign keys whose columns no index begins with (one of what is not null will do, as a key is never null)."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_foreign_key_has_an_index(examples: Server, example: str) -> None:
    assert rows(examples, example, LACKING) == []
    with as_owner_of(examples, example) as owner, owner.transaction(force_rollback=True):
        owner.execute("create table lacking (id bigint primary key, of bigint references lacking (id))")
        assert owner.execute(LACKING).fetchall() == [("lacking.lacking_of_fkey",)]


def test_rustylinks_has_the_indexes_of_its_guide(examples: Server) -> None:
    sql = "select indexname from pg_indexes where schemaname = 'public' and indexname not like '%pkey'"
    names = {name for (name,) in rows(examples, "rustylinks", sql)}
    links = {f"idx_links_{name}" for name in ("user_id", "domain", "status", "created_at", "last_checked", "unchecked")}
    assert names >= links | {"uq_links_user_domain_path", "idx_users_email", "idx_sessions_user_id"}
    assert names >= {"uq_categories_user_name", "idx_categories_user_id", "idx_categories_parent_id"}
    assert names >= {f"idx_{table}_user_id" for table in ("languages", "licenses", "tags")}


INTENDED = [
    (
        "rustylinks",
        "select id from links where last_checked is null order by created_at limit 5",
        "idx_links_unchecked",
    ),
    (
        "rustylinks",
        "select id from links where last_checked < now() - interval '7 days' + interval '10 minutes'",
        "idx_links_last_checked",
    ),
    (
        "rustylinks",
        "select * from links where domain = 'github.com' and path = '/'"
        " and user_id = overlay(overlay(md5('user1') placing '4' from 13) placing 'a' from 17)::uuid",
        "uq_links_user_domain_path",
    ),
    (
        "kennwilliamson",
        "select id from phrase_suggestions where status = 'pending' order by created_at limit 9",
        "idx_phrase_suggestions_pending",
    ),
    (
        "kennwilliamson",
        f"select reset_timestamp from incident_timers where user_id = '{ANNA}' order by reset_timestamp desc limit 1",
        "idx_incident_timers_user_id",
    ),
    (
        "kennwilliamson",
        "select user_id from refresh_tokens where token_hash = sha256('a')",
        "refresh_tokens_token_hash_key",
    ),
    (
        "kennwilliamson",
        "select id, phrase_text from phrases where active order by id limit 20",
        "only idx_phrases_active",
    ),
    (
        "home_inventory",
        "select name, quantity, location_id from items where inventory_id = 7 and archived_at is null"
        " order by name, id limit 50",
        "only idx_items_list",
    ),
    (
        "home_inventory",
        "select currency, sum(price_cents * quantity) from items where inventory_id = 7 and price_cents is not null"
        " and archived_at is null group by currency",
        "only idx_items_value",
    ),
    (
        "home_inventory",
        "select inventory_id, name from items where warranty_until between current_date and current_date + 3"
        " and archived_at is null",
        "only idx_items_warranty",
    ),
    (
        "home_inventory",
        "select inventory_id, level from access_grants where user_id = 7",
        "only idx_access_grants_user_id",
    ),
    ("home_inventory", "select id from items where upper(serial_number) = 'ABCD'", "idx_items_serial_number"),
    ("home_inventory", "select id from items where tags @> '{heirloom,to-sell}'", "idx_items_tags"),
    ("home_inventory", "select id from items where name ilike '%piano 12%'", "idx_items_name_trgm"),
    (
        "stateset",
        "select id from orders where status = 'processing' order by created_at desc limit 5",
        "idx_orders_status_created_at",
    ),
    ("stateset", "select id from orders where created_at > now() - interval '2 days'", "idx_orders_created_at"),
    (
        "stateset",
        "select id from orders where customer_id = 5 and status in ('pending', 'confirmed', 'processing', 'shipped')",
        "idx_orders_active_customer_id",
    ),
    (
        "stateset",
        "select variant_id, quantity, line_total_cents from order_items where order_id = 5",
        "only idx_order_items_order_id",
    ),
    (
        "stateset",
        "select id from outbox where published_at is null order by available_at, id limit 10",
        "idx_outbox_unpublished",
    ),
    (
        "stateset",
        "select customer_id, amount_cents from invoices"
        " where status in ('issued', 'overdue') and due_on < current_date - 600",
        "only idx_invoices_unpaid",
    ),
    (
        "stateset",
        "select * from events where aggregate_type = 'order' and aggregate_id = 5 order by version",
        "events_aggregate_version_key",
    ),
    (
        "stateset",
        "select * from audit_log where entity_type = 'order' and entity_id = 5 order by created_at desc",
        "idx_audit_log_entity",
    ),
]


@pytest.mark.parametrize(("example", "query", "index"), INTENDED, ids=[index for _, _, index in INTENDED])
def test_what_is_asked_often_is_answered_by_the_index_that_was_made_for_it(
    examples: Server, example: str, query: str, index: str
) -> None:
    plan = "\n".join(line for (line,) in rows(examples, example, f"explain (costs off) {query}"))
    name = index.removeprefix("only ")
    assert re.search(rf"\b{name}\b", plan), plan
    if index.startswith("only "):
        assert "Index Only Scan" in plan, plan


def test_an_index_is_made_beside_the_application_by_a_file_with_nothing_else_in_it() -> None:
    concurrent = [up for example in EXAMPLES for up in ups(example) if "concurrently" in up.read_text().lower()]
    assert concurrent
    for file in (file for up in concurrent for file in (up, down_of(up))):
        statements = re.sub(r"--.*\n", "", file.read_text()).strip()
        assert file.read_text().startswith(NO_TRANSACTION)
        assert statements.count(";") == 1
