-- Where amcheck lies in this database, and whether nobody but superusers can put or have put something beside it that is
-- called instead. No row where it is not.
with mine as (
    select p.oid, p.proname, p.proowner
    from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
    join pg_extension e on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and e.extname = 'amcheck'
), powerful as (
    select oid from pg_authid where rolsuper
)
select
    n.nspname as schema,
    n.nspname = 'pg_catalog' or (
        n.nspowner in (select oid from powerful)
        and not exists (
            select from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
            where x.privilege_type = 'CREATE' and x.grantee not in (select oid from powerful))
        and not exists (
            select from pg_proc p where p.pronamespace = n.oid and p.proname in (select proname from mine)
            and p.oid not in (select oid from mine))
    ) as ours
from pg_extension e join pg_namespace n on n.oid = e.extnamespace
where e.extname = 'amcheck' and not exists (select from mine where proowner not in (select oid from powerful))
