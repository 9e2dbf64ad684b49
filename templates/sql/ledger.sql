-- sqlx's ledger as one JSON document; an empty list where there is none. `query_to_xml` asks for a table that may be absent.
select coalesce(jsonb_agg(jsonb_build_array(
    (xpath('/row/version/text()', row))[1]::text::bigint,
    coalesce((xpath('/row/description/text()', row))[1]::text, ''),
    (xpath('/row/success/text()', row))[1]::text = 'true',
    (xpath('/row/checksum/text()', row))[1]::text) order by (xpath('/row/version/text()', row))[1]::text::bigint), '[]')
from unnest(xpath('/table/row', case when to_regclass('_sqlx_migrations') is null then '<table/>'::xml
    else query_to_xml('select version, description, success, encode(checksum, ''hex'') as checksum from _sqlx_migrations',
                      false, false, '') end)) as rows (row)
