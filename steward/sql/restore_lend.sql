-- What lets owners build upon each other, and upon extensions, while they are restored and their own rights are not yet
-- there: statements that give it, and those that take it back.  %(roles)s: names  %(verb)s: grant or revoke
with role as (
    select r.oid, r.rolname, pg_catalog.count(*) over () > 1 as several
    from pg_catalog.pg_roles r where r.rolname = any (%(roles)s::name[])
), schema as (
    select n.oid, n.nspname, n.nspowner from pg_catalog.pg_namespace n
    where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
)
select pg_catalog.format('%%s create on database %%I %%s %%I',
    %(verb)s::text, d.datname, case %(verb)s::text when 'grant' then 'to' else 'from' end, role.rolname) as text
from role, pg_catalog.pg_database d
where several and d.datname = pg_catalog.current_database() and d.datdba <> role.oid
union all
select pg_catalog.format('%%s usage, create on schema %%I %%s %%I',
    %(verb)s::text, schema.nspname, case %(verb)s::text when 'grant' then 'to' else 'from' end, role.rolname)
from role, schema
where several and schema.nspowner <> role.oid
union all
select pg_catalog.format('%%s references on table %%I.%%I %%s %%I',
    %(verb)s::text, schema.nspname, c.relname, case %(verb)s::text when 'grant' then 'to' else 'from' end, role.rolname)
from role, schema
join pg_catalog.pg_class c on c.relnamespace = schema.oid
where several and c.relkind in ('r', 'p') and c.relowner <> role.oid and not exists (
    select from pg_catalog.pg_depend x
    where x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and x.objid = c.oid and x.deptype = 'e')
union all
-- a wrapper is its extension's, which is declared; a server that was made with it is to come back
select pg_catalog.format('%%s usage on foreign data wrapper %%I %%s %%I',
    %(verb)s::text, w.fdwname, case %(verb)s::text when 'grant' then 'to' else 'from' end, role.rolname)
from role, pg_catalog.pg_foreign_data_wrapper w
where w.fdwowner <> role.oid
