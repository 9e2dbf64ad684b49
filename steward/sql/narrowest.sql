-- The column of a table that takes the least to print, quoted; no row where it has none.  $1: the table, quoted
select quote_ident(a.attname) as name
from pg_attribute a left join pg_statistic s on s.starelid = a.attrelid and s.staattnum = a.attnum and not s.stainherit
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by case when a.attlen > 0 then a.attlen else 1000 + coalesce(s.stawidth, 100) end, a.attnum
limit 1
