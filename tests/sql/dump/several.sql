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
grant usage on schema public to reports;
reset role;
alter table children owner to reports;
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
begin
    raise log 'trap ran as %, session %', current_user, session_user;
    begin
        execute 'reset role'; execute 'set role shop';
        raise log 'trap ran as %, whom it became', current_user;
    exception when others then null; end;
    execute 'set role reports';
    return true;
end $$;
reset role;
create table hers (id int);
insert into hers values (1);
alter table hers owner to stranger;
