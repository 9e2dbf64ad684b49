-- Roles, their passwords' fingerprints, memberships and settings; databases and slots: one JSON document on one line.
-- As a superuser, in any database, PostgreSQL 14 to 18. A column that not every version has is read through to_jsonb.
-- No secret leaves the server: of a password's verifier go salt, iterations and a SHA-256, enough to tell whether it is
-- the same; of a setting of somebody's own (its name has a dot, its value may be a key) goes the SHA-256 alone.
set client_encoding = 'UTF8';
set search_path = pg_catalog, pg_temp;
set statement_timeout = 0;
set jit = off;
with verifiers as (
    select oid, rolpassword, regexp_match(rolpassword, '^SCRAM-SHA-256\$(\d+):([^$]+)\$') as scram
    from pg_authid where rolpassword is not null
), memberships as (
    select m.member, jsonb_agg(jsonb_build_object(
        'group', g.rolname,
        'grantor', pg_get_userbyid(m.grantor),
        'admin', m.admin_option,
        'inherit', to_jsonb(m) -> 'inherit_option',
        'set', to_jsonb(m) -> 'set_option') order by g.rolname, m.grantor) as groups
    from pg_auth_members m join pg_authid g on g.oid = m.roleid
    group by m.member
), settings as (
    select s.setrole, jsonb_agg(jsonb_build_object(
        'database', d.datname,
        'name', name,
        'value', case when name like '%.%' then encode(sha256(convert_to(value, 'UTF8')), 'hex') else value end)
        order by d.datname, name) as pairs
    from pg_db_role_setting s
    cross join unnest(s.setconfig) as pair
    cross join lateral (select split_part(pair, '=', 1), substr(pair, strpos(pair, '=') + 1)) as parts(name, value)
    left join pg_database d on d.oid = s.setdatabase
    where s.setrole <> 0
    group by s.setrole
), roles as (
    select jsonb_object_agg(a.rolname, jsonb_build_object(
        'login', a.rolcanlogin,
        'superuser', a.rolsuper,
        'createdb', a.rolcreatedb,
        'createrole', a.rolcreaterole,
        'replication', a.rolreplication,
        'bypassrls', a.rolbypassrls,
        'inherit', a.rolinherit,
        'connection_limit', a.rolconnlimit,
        'valid_until', case when isfinite(a.rolvaliduntil) then a.rolvaliduntil::text end,
        'password', case when v.oid is null then null else jsonb_build_object(
            'salt', coalesce(v.scram[2], ''),
            'iterations', coalesce(v.scram[1]::int, 0),
            'sha256', case when v.scram is null then '' else encode(sha256(convert_to(v.rolpassword, 'UTF8')), 'hex') end
        ) end,
        'memberships', coalesce(m.groups, '[]'),
        'settings', coalesce(s.pairs, '[]'))) as found
    from pg_authid a
    left join verifiers v on v.oid = a.oid
    left join memberships m on m.member = a.oid
    left join settings s on s.setrole = a.oid
    where a.oid >= 16384 -- 10 is the bootstrap superuser; the others below are PostgreSQL's own
), databases as (
    select jsonb_object_agg(d.datname, jsonb_build_object(
        'owner', pg_get_userbyid(d.datdba),
        'encoding', pg_encoding_to_char(d.encoding),
        'collate', d.datcollate,
        'ctype', d.datctype,
        'provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
        'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
        'connection_limit', d.datconnlimit,
        'connectable', d.datallowconn,
        'acl', (
            select coalesce(jsonb_agg(jsonb_build_array(
                pg_get_userbyid(x.grantor),
                case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end,
                x.privilege_type, x.is_grantable)), '[]')
            from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x))) as found
    from pg_database d where d.datname <> 'template0'
)
select jsonb_build_object(
    'version', current_setting('server_version_num')::int / 10000,
    'administrator', (select rolname from pg_authid where oid = 10),
    'roles', coalesce((select found from roles), '{}'),
    'databases', (select found from databases),
    'slots', (select coalesce(jsonb_agg(slot_name order by slot_name), '[]') from pg_replication_slots)
)::text;
