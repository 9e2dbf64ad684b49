-- What of a restored database is not as it should be. One row.
select
    (select coalesce(jsonb_agg(indexrelid::regclass::text order by indexrelid), '[]')
     from pg_index where not (indisvalid and indisready)) as indexes,
    (select coalesce(jsonb_agg(format('%s %I', conrelid::regclass, conname) order by conname), '[]')
     from pg_constraint where not convalidated) as unvalidated,
    (select coalesce(jsonb_agg(extname order by extname), '[]') from pg_extension) as extensions,
    (select count(*) from pg_largeobject_metadata) as large_objects
