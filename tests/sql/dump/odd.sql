-- A database with something of everything that a dump may stumble over.
create schema "Odd na.me";
create schema sales;
create table "Odd na.me"."a ""quoted"" table" (id int primary key, "select" text);
insert into "Odd na.me"."a ""quoted"" table" select g, E'tab\there, newline\nthere, \\. and \\N ' || g from generate_series(1, 300) g;
create table "Odd na.me"."zeile
zwei" (id int);
insert into "Odd na.me"."zeile
zwei" values (1), (2);
create table customers (id bigserial primary key, name citext not null unique, at timestamptz default now());
insert into customers (name) select 'customer ' || g from generate_series(1, 500) g;
create table sales.orders (
    id bigint generated always as identity primary key,
    customer bigint not null references customers (id),
    cents int not null check (cents > 0),
    twice int generated always as (cents * 2) stored);
insert into sales.orders (customer, cents) select 1 + g % 500, 1 + g % 99 from generate_series(1, 2000) g;
create index on sales.orders (customer);
create table events (at date not null, what text) partition by range (at);
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
insert into events select date '2025-06-01' + g, 'event ' || g from generate_series(1, 400) g;
create table parents (id int);
create table children (more text) inherits (parents);
insert into parents values (1), (2), (3);
insert into children values (4, 'child');
create view totals as select customer, sum(cents) as cents from sales.orders group by customer;
create materialized view daily as select at, count(*) as n from events group by at;
create unique index on daily (at);
create unlogged table cache (key text primary key, value text);
insert into cache select 'k' || g, 'v' || g from generate_series(1, 50) g;
create table secrets (owner text, what text);
insert into secrets select 'nobody', 'secret ' || g from generate_series(1, 70) g;
alter table secrets enable row level security;
alter table secrets force row level security;
create policy own on secrets using (owner = current_user);
create server files foreign data wrapper file_fdw;
create foreign table passwd (line text) server files options (filename '/etc/hostname');
create sequence free start 42;
select nextval('free'), nextval('free');
select lo_from_bytea(0, decode(repeat('ab', 5000), 'hex')), lo_from_bytea(0, 'two');
create table late (id int, other int);
insert into late values (1, -1);
alter table late add constraint positive check (other > 0) not valid;
create type mood as enum ('good', 'bad');
create domain even as int check (value % 2 = 0);
create table moods (mood mood, n even);
insert into moods values ('good', 2), ('bad', 4);
create function add(a int, b int) returns int language sql immutable as 'select a + b';
create table computed (a int, b int);
create index on computed (add(a, b));
insert into computed select g, g from generate_series(1, 100) g;
create procedure nothing() language sql begin atomic select 1; end;
create publication everything for table customers;
create temporary table passing (id int);
insert into passing values (1);
comment on database "Odd na.me" is 'it''s odd';
alter database "Odd na.me" set work_mem = '8MB';
