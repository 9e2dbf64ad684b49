-- A client's first write after a recovery, of which nothing stays.
create table public.pgsteward_drill (at timestamptz default clock_timestamp());
insert into public.pgsteward_drill default values;
drop table public.pgsteward_drill;
