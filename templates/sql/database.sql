-- What is in one database and who may do what with it: one JSON document on one line.
-- As a superuser, in that database, PostgreSQL 14 to 18. Left out: what belongs to PostgreSQL or to an extension, and
-- what owners may do with their own. Objects of one kind, owner and access list share a row, so that a thousand tables
-- are short; a routine's name is spelled as SQL, with its schema and arguments.
-- An access list is a list of [grantor, grantee, privilege, whether it may be handed on].
set client_encoding = 'UTF8';
set search_path = pg_catalog, pg_temp;
set statement_timeout = 0;
set jit = off;
with members as (
    select classid, objid from pg_depend where deptype = 'e' and refclassid = 'pg_extension'::regclass
), schemas as (
    select n.oid, n.nspname, n.nspowner, n.nspacl
    from pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (select from members where classid = 'pg_namespace'::regclass and objid = n.oid)
), types as ( -- an array type is written as its element's with brackets: its own name follows no rule
    select t.oid, format('%I.%I', n.nspname, coalesce(e.typname, t.typname)) || case when e.oid is null then '' else '[]' end
        as spelled
    from pg_type t
    left join pg_type e on e.oid = t.typelem and e.typarray = t.oid
    join pg_namespace n on n.oid = coalesce(e.typnamespace, t.typnamespace)
), objects as (
    select s.nspname, case c.relkind when 'S' then 'sequence' else 'table' end as kind, c.relowner as owner,
        c.relacl as acl, false as definer, c.relname::text as name
    from pg_class c join schemas s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (select from members where classid = 'pg_class'::regclass and objid = c.oid)
    union all
    select s.nspname, 'routine', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), p.prosecdef,
        format('%I.%I(%s)', s.nspname, p.proname, (
            select string_agg(t.spelled, ', ' order by a.place)
            from unnest(p.proargtypes) with ordinality a(type, place) join types t on t.oid = a.type))
    from pg_proc p join schemas s on s.oid = p.pronamespace
    where not exists (select from members where classid = 'pg_proc'::regclass and objid = p.oid)
), exploded as (
    select o.nspname, o.kind, o.owner, o.definer, o.name, (
        select coalesce(jsonb_agg(jsonb_build_array(
            pg_get_userbyid(x.grantor),
            case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end,
            x.privilege_type, x.is_grantable) order by x.grantee, x.privilege_type), '[]')
        from aclexplode(o.acl) x where x.grantee <> o.owner) as acl
    from objects o
), object_rows as (
    select jsonb_build_object(
        'schema', o.nspname, 'kind', o.kind, 'owner', pg_get_userbyid(o.owner), 'definer', o.definer, 'acl', o.acl,
        'names', jsonb_agg(o.name order by o.name)) as found
    from exploded o
    group by o.nspname, o.kind, o.owner, o.definer, o.acl
), column_rows as (
    select jsonb_build_object(
        'schema', s.nspname, 'table', c.relname, 'column', a.attname, 'owner', pg_get_userbyid(c.relowner),
        'acl', (
            select coalesce(jsonb_agg(jsonb_build_array(
                pg_get_userbyid(x.grantor),
                case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end,
                x.privilege_type, x.is_grantable)), '[]')
            from aclexplode(a.attacl) x where x.grantee <> c.relowner)) as found
    from pg_attribute a join pg_class c on c.oid = a.attrelid join schemas s on s.oid = c.relnamespace
    where a.attacl is not null and not a.attisdropped
      and not exists (select from members where classid = 'pg_class'::regclass and objid = c.oid)
), default_rows as ( -- those of no schema hold PostgreSQL's own defaults, too: only what goes beyond them counts
    select jsonb_build_object(
        'owner', pg_get_userbyid(d.defaclrole), 'schema', n.nspname, 'kind', d.defaclobjtype,
        'acl', (
            select coalesce(jsonb_agg(jsonb_build_array(
                pg_get_userbyid(x.grantor),
                case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end,
                x.privilege_type, x.is_grantable)), '[]')
            from aclexplode(d.defaclacl) x
            where x.grantee <> d.defaclrole
              and not (n.oid is null and x.grantee = 0 and d.defaclobjtype in ('f', 'T')))) as found
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
)
select jsonb_build_object(
    'version', current_setting('server_version_num')::int / 10000,
    'administrator', (select rolname from pg_authid where oid = 10),
    'extensions', (
        select coalesce(jsonb_object_agg(e.extname, jsonb_build_object(
            'version', e.extversion,
            'available', a.default_version,
            'schema', n.nspname,
            'requires', (
                select coalesce(jsonb_agg(r.extname order by r.extname), '[]')
                from pg_depend d join pg_extension r on r.oid = d.refobjid
                where d.classid = 'pg_extension'::regclass and d.objid = e.oid
                  and d.refclassid = 'pg_extension'::regclass))), '{}')
        from pg_extension e
        join pg_namespace n on n.oid = e.extnamespace
        left join pg_available_extensions a on a.name = e.extname),
    'fixed', ( -- extensions that can be made in one schema only
        select coalesce(jsonb_object_agg(v.name, v.schema), '{}')
        from pg_available_extensions a join pg_available_extension_versions v
            on v.name = a.name and v.version = a.default_version
        where v.schema is not null),
    'schemas', (
        select coalesce(jsonb_object_agg(s.nspname, jsonb_build_object(
            'owner', pg_get_userbyid(s.nspowner),
            'acl', (
                select coalesce(jsonb_agg(jsonb_build_array(
                    pg_get_userbyid(x.grantor),
                    case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end,
                    x.privilege_type, x.is_grantable)), '[]')
                from aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) x))), '{}')
        from schemas s),
    'objects', (select coalesce(jsonb_agg(found), '[]') from object_rows),
    'columns', (select coalesce(jsonb_agg(found), '[]') from column_rows),
    'defaults', (select coalesce(jsonb_agg(found), '[]') from default_rows)
)::text;
