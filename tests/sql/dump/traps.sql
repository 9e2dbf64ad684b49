-- Whatever a restore runs of what an owner has written tells who runs it, and tries to become more.
alter schema public owner to shop;
set role shop;
create function trap() returns boolean language sql as 'select true';
create function trap(anyelement) returns int language plpgsql immutable as 'begin perform public.trap(); return 1; end';
create function tricked() returns trigger language plpgsql as 'begin perform public.trap(); return new; end';
create domain tricky as int check (public.trap(value) = 1);
create table checked (i int check (public.trap(i) = 1), j tricky, k int default public.trap(1));
create table indexed (i int, twice int generated always as (i * public.trap(i)) stored);
create table triggered (i int);
create table guarded (i int);
insert into checked values (1, 2, 3);
insert into indexed (i) values (1), (2);
insert into triggered values (1);
insert into guarded values (1), (2);
create index on indexed (public.trap(i));
create index on guarded ((i + public.trap(1))); -- evaluated whenever a query is planned
create trigger tricked before insert on triggered for each row execute function tricked();
alter table triggered enable always trigger tricked;
create rule noticed as on insert to guarded do also select public.trap();
create view seen as select public.trap(i) as one from indexed;
create materialized view kept as select public.trap(i) as one from indexed;
create operator === (leftarg = int, rightarg = int, function = int4eq);
alter table guarded enable row level security;
alter table guarded force row level security;
create policy own on guarded using (public.trap());
-- now they are set
create or replace function trap() returns boolean language plpgsql as $$
begin
    if current_setting('application_name') = '' then return true; end if; -- the tests themselves
    raise log 'trap ran as %, session %', current_user, session_user;
    begin execute 'reset role'; execute 'alter role shop superuser'; exception when others then null; end;
    begin execute 'reset session authorization'; execute 'alter role shop superuser'; exception when others then null; end;
    begin execute 'set session authorization postgres'; execute 'alter role shop superuser'; exception when others then null; end;
    begin execute 'set role postgres'; execute 'alter role shop superuser'; exception when others then null; end;
    begin execute 'set role victim'; execute 'alter role shop createrole'; exception when others then null; end;
    begin execute 'alter role shop login createrole'; exception when others then null; end;
    begin execute 'copy (select 1) to program ''touch /tmp/pgsteward-trap''';
        raise log 'trap ran as postgres: a program'; exception when others then null; end;
    begin
        if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
            raise log 'trap ran as postgres: %', current_user;
        end if;
    exception when others then null; end;
    begin execute 'set role shop'; exception when others then null; end;
    return true;
end $$;
reset role;
