-- A database of the role shop, with objects of reports, who is declared, and of stranger, who is not.
grant create on database shop to reports;
set role shop;
create table items (id int primary key, name text);
insert into items select g, 'item ' || g from generate_series(1, 100) g;
grant select, references on items to reports;
create table parents (id int, at date) partition by range (at);
create table children partition of parents for values from ('2026-01-01') to ('2027-01-01');
create index on parents (at);
insert into parents values (1, '2026-02-02');
create type pair as (id int, name text);
create cast (items as pair) with inout as assignment;
create statistics known on id, name from items;
grant usage on schema public to reports;
reset role;
alter table children owner to reports;
alter statistics known owner to reports;
set role reports;
create schema reports;
create function reports.trap(i int) returns boolean language sql as 'select true';
create table reports.sums (item int primary key references public.items, sum int);
insert into reports.sums select g, g from generate_series(1, 100) g;
alter table reports.sums add constraint tricky check (reports.trap(sum));
create view reports.names as select name, sum from public.items join reports.sums on id = item;
create materialized view reports.most as select name, sum from reports.names where sum > 90;
create sequence reports.numbers;
create or replace function reports.trap(i int) returns boolean language plpgsql as $$
declare
    me text := current_user;
    other text;
begin
    raise log 'trap ran as %, session %', me, session_user;
    foreach other in array array['shop', 'reports', 'stranger', 'postgres'] loop
        continue when other = me;
        begin
            execute 'reset role'; execute 'set role ' || other;
            raise log 'trap ran as %, whom it became', current_user;
        exception when others then null; end;
    end loop;
    execute 'set role ' || me;
    return true;
end $$;
create domain reports.word text check (reports.trap(length(value)));
reset role;
create table worded (id int, what reports.word) partition by list (what);
create table first partition of worded for values in ('a');
alter table worded owner to shop;
alter table first owner to shop;
create table heirs () inherits (items);
alter table heirs owner to reports;
create table mixed (id int, what reports.word) partition by list (what);
create table second partition of mixed for values in ('b');
alter table mixed owner to shop;
alter table second owner to stranger;
create publication told for table items;
alter publication told owner to reports;
create table hers (id int);
insert into hers values (1);
alter table hers owner to stranger;
