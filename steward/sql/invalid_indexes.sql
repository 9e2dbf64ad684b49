-- Indexes that PostgreSQL itself does not use: what a failed build has left.
select indexrelid::regclass::text as name from pg_index where not indisvalid or not indisready order by 1
