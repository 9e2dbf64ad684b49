-- What every generator begins with: a transaction, words to make rows of, and tables without indexes.

begin;
set local timezone = 'UTC';
set local client_min_messages = 'warning';
set local synchronous_commit = off;
set local maintenance_work_mem = '256MB';
set local work_mem = '64MB';
do $$ begin perform setseed(0.42); end $$;

-- So many, and at least one; raises what is wrong with the scale. Within a run that does not change: called immutable,
-- it is worked out once a statement and not for each row.
create or replace function pg_temp.scaled(base numeric) returns integer language plpgsql immutable as $$
declare
    scale text := coalesce(nullif(current_setting('pgsteward.scale', true), ''), '1');
begin
    if scale !~ '^\d{1,5}(\.\d{1,6})?$' or scale::numeric = 0 then
        raise invalid_parameter_value using
            message = pg_catalog.format('pgsteward.scale is not a number above 0: %s', scale),
            hint = 'set it to megabytes divided by 10, such as 200 for 2 GB';
    end if;
    return greatest(1, round(base * scale::numeric));
end
$$;

-- When the `share` of two years' rows (0 to 1) was there: each month brings more than the one before.
create or replace function pg_temp.moment(share double precision) returns timestamptz language sql stable as $$
    select date_trunc('day', now()) - interval '730 days' * (1 - share ^ 0.6)
$$;

create or replace function pg_temp.one_of(options text[], number bigint) returns text language sql immutable as $$
    select options[(1 + number % cardinality(options))::integer]
$$;

-- What one person is called, from all over the place.
create or replace function pg_temp.person(number integer) returns text language sql immutable as $$
    select pg_temp.one_of(array['Anna', 'José', 'Zoë', 'Łukasz', 'Søren', 'María', 'Jürgen', 'Aïcha', 'Chloé', 'Owen',
            'Ingrid', 'Đorđe', 'Ayşe', 'Nguyễn', '小明', 'さくら', 'Дмитрий', 'Ελένη', 'Priya', 'Kwame', 'Fatima',
            'Lars', 'Noémie', 'John', 'Siobhán', 'Björk', 'Renée', 'Tomás', 'Grace'], number)
        || ' ' || pg_temp.one_of(array['Müller', 'García', 'O''Brien', 'Nowak', 'Øster', 'Šimek', 'Yılmaz', '王',
            '佐藤', 'Иванова', 'Παππάς', 'Sharma', 'Mensah', 'van den Berg', 'Smith', 'Lefèvre', 'Rossi', 'Kowalczyk',
            'Þórsdóttir', 'Silva', 'Dvořák', 'Andersson', 'Haddad'], number / 29)
$$;

-- Rows come faster without indexes and keys. They are taken away, and made again in the end from what they were; all
-- in this transaction, so that what fails leaves everything as it was. Tables with a _ are migrators' own.
create temporary table taken on commit drop as
    select 1 as step, conrelid as relation, quote_ident(conname) as name, contype::text as kind,
        pg_get_constraintdef(oid) as definition
    from pg_constraint where connamespace = 'public'::regnamespace and contype in ('f', 'p', 'u')
    union all
    select 2, i.indrelid, quote_ident(c.relname), 'i', pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace
        and not exists (select from pg_constraint where conindid = i.indexrelid and contype in ('p', 'u', 'x'));
delete from taken where (select relname like '\_%' from pg_class where oid = relation);
do $$
declare
    one record;
begin
    for one in select * from taken order by kind <> 'f', step, name loop
        if one.kind = 'i' then
            execute format('drop index %s', one.name);
        else
            execute format('alter table %s drop constraint %s', one.relation::regclass, one.name);
        end if;
    end loop;
end
$$;
