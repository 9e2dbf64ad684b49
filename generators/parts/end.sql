-- What every generator ends with, before it analyzes and commits.

-- Everything that was taken away comes back, and judges the rows; identities go on behind them.
do $$
declare
    one record;
begin
    for one in select * from taken order by kind = 'f', step, name loop
        if one.kind = 'i' then
            execute one.definition;
        else
            execute format('alter table %s add constraint %s %s', one.relation::regclass, one.name, one.definition);
        end if;
    end loop;
    for one in
        select attrelid::regclass as relation, attname as name from pg_attribute
        where attidentity <> '' and attrelid in (select relation from taken)
    loop
        execute format(
            'select setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 1), max(%I) is not null) from %s',
            one.relation, one.name, one.name, one.name, one.relation);
    end loop;
end
$$;
