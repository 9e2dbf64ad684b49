-- What tells which migrations of a database are applied: sqlx's ledgers, where search_path leads the owner, our history.
-- psql's variable `owner` is the owner's name. Each part begins with a line of its own: `path`, `ledger`, `odd`, …
--
-- The tables are their owner's, who may have made anything of them, and this session is a superuser's. So nothing is
-- selected from them: COPY of a table refuses views, and looks at no rule, policy, index, constraint or statistic, whose
-- expressions would run. It reads columns of PostgreSQL's own types alone, and those call no function of the owner's.
\set ON_ERROR_STOP on
set client_encoding = 'UTF8';
set bytea_output = 'hex';
set lock_timeout = '10s';
set statement_timeout = '60s';
set search_path = pg_catalog, pg_temp;

-- As the owner's own session would have it: its setting in this database, its own, the database's, everybody's.
select coalesce(
    (select substr(setting, length('search_path=') + 1)
     from pg_db_role_setting s, unnest(s.setconfig) setting
     where starts_with(setting, 'search_path=')
       and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
       and s.setrole in (0, coalesce((select oid from pg_roles where rolname = :'owner'), 0))
     order by (s.setrole <> 0 and s.setdatabase <> 0) desc, (s.setrole <> 0) desc, (s.setdatabase <> 0) desc
     limit 1),
    (select setting from pg_file_settings where name = 'search_path' and applied order by seqno desc limit 1),
    (select boot_val from pg_settings where name = 'search_path')) as path,
    exists (select from pg_roles where rolname = :'owner') as known \gset
\if :known
    begin;
    set local role :"owner";
    select pg_catalog.set_config('search_path', :'path', true) \g /dev/null
    select 'path ' operator(pg_catalog.||) pg_catalog.to_json(pg_catalog.current_schemas(false))::pg_catalog.text;
    rollback;
\endif

-- of one moment: a migrator may write a row of both tables between two questions
begin isolation level repeatable read read only;
with wanted (place, name, schema, mark, columns, types) as (
    values
        (1, '_sqlx_migrations', null, 'ledger', array['version', 'description', 'success', 'checksum'],
            '{bigint,text,boolean,bytea}'::regtype[]),
        (2, 'migration_runs', 'pgsteward', 'history', array['id', 'action', 'version', 'outcome', 'note'],
            '{bigint,text,bigint,text,text}'::regtype[]),
        (3, 'migration_ledger', 'pgsteward', 'place', array['schema'], '{text}'::regtype[])
), found as (
    select w.*, n.nspname, c.relkind = 'r' and not exists (
            select from unnest(w.columns, w.types) wanted (name, type)
            where not exists (
                select from pg_attribute a
                where a.attrelid = c.oid and a.attname = wanted.name and a.atttypid = wanted.type
                  and not a.attisdropped and a.attgenerated = '')) as plain
    from wanted w
    join pg_class c on c.relname = w.name
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = w.schema or (w.schema is null and n.nspname !~ '^pg_')
)
select format('select %L', case when plain then mark else 'odd' end || ' ' || to_json(nspname::text)),
    case when plain then format('copy %I.%I (%s) to stdout', nspname, name, array_to_string(columns, ', ')) end
from found
where plain or schema is null
order by place, nspname
\gexec
commit;
