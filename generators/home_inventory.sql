-- Made-up households with what they own.
-- pgsteward.scale × 10 MB, on one version of PostgreSQL the same rows at each run of a day. As the owner, in a database
-- that is migrated, has the categories of seeds/home_inventory and none of the rest yet:
--     export PGOPTIONS='-c role=home_inventory -c pgsteward.scale=200'
--     psql -v ON_ERROR_STOP=1 -f generators/home_inventory.sql home_inventory

\ir parts/begin.sql

do $$
begin
    if exists (select from users) then
        raise object_not_in_prerequisite_state using message = 'home_inventory has users already',
            hint = 'data is generated into a database that has none';
    end if;
    if not exists (select from categories) then
        raise object_not_in_prerequisite_state using message = 'home_inventory has no categories to file things under',
            hint = 'load seeds/home_inventory/categories.sql first';
    end if;
end
$$;

insert into users (id, email, password_hash, display_name, created_at, updated_at) overriding system value
select i, pg_temp.one_of(array['anna', 'jose', 'zoe', 'lukasz', 'soren', 'maria', 'jürgen', 'aisha'], i) || i || '@'
    || pg_temp.one_of(array['example.com', 'example.org', 'example.net', 'mail.example'], i / 3),
    '$argon2id$v=19$m=19456,t=2,p=1$' || substr(md5('salt' || i), 1, 22) || '$' || md5('hash' || i)
    || substr(md5(i || 'hash'), 1, 11), pg_temp.person(i), at, at
from (select i, pg_temp.moment(0.5 * i / pg_temp.scaled(300)) as at
    from generate_series(1, pg_temp.scaled(300)) i) as moments;

-- A home each; every third has a second place, every tenth a third.
create temporary table home on commit drop as
select row_number() over (order by number, owner) as id, owner, number,
    pg_temp.moment(0.5 * owner / pg_temp.scaled(300)) as at
from generate_series(1, pg_temp.scaled(300)) owner cross join generate_series(1, 3) number
where number = 1 or (number = 2 and owner % 3 = 0) or (number = 3 and owner % 10 = 0);

insert into inventories (id, owner_id, name, description, created_at, updated_at) overriding system value
select id, owner, (array['Home', 'Sommerhaus', 'Storage'])[number], case when owner % 4 = 0 then 'Flat of '
    || pg_temp.person(owner) || ', and what is in the attic.' end, at, at
from home;

insert into access_grants (inventory_id, user_id, level, granted_by, created_at)
select id, 1 + (owner + 2 * n) % pg_temp.scaled(300), case when (id + n) % 3 = 0 then 'editor' else 'viewer' end,
    owner, at + (date_trunc('day', now()) - at) * 0.1 * n
from home cross join generate_series(1, 3) n
where id % 4 < 4 - n and pg_temp.scaled(300) > 6; -- so many that three steps of two do not lead back

-- Eight rooms, and three shelves in some of them.
insert into locations (id, inventory_id, parent_id, name, created_at, updated_at) overriding system value
select id * 11 + j, id, case when j > 7 then id * 11 + j % 3 end, pg_temp.one_of(array['Küche', 'Living room',
    'Bedroom', 'Cellar', 'Attic', 'Garage', 'Office', 'Bath', 'Upper shelf', 'Cupboard', 'Box under the stairs'], j),
    at, at
from home cross join generate_series(0, 10) j;

-- Some count every spoon, and most only what is insured.
insert into items (id, inventory_id, category_id, location_id, name, description, tags, quantity, purchase_date,
    price_cents, currency, warranty_until, serial_number, archived_at, created_at, updated_at) overriding system value
select i, home, k.ids[1 + (kind * 5 + i % 2) % cardinality(k.ids)], case
    when fate < 0.92 then home * 11 + floor(more * more * 11)::integer end,
    pg_temp.one_of(array['Bosch', 'Sony', 'IKEA', 'Grandma''s', 'Leica', 'Apple', 'Yamaha', 'Miele', 'Lego', 'Muji',
    'Åhléns', 'Citroën'], i) || ' ' || pg_temp.one_of(array['drill', 'television', 'bookcase', 'guitar', 'camera',
    'laptop', 'piano', 'oven', 'train set', 'desk lamp', 'washing machine', 'Fahrrad', 'sofa', 'tea pot', '急須',
    'ladder', 'violin', 'clock', 'carpet', 'mirror'], kind) || case when i % 3 = 0 then ' ' || (100 + i % 900)
    else '' end, case when fate < 0.35 then 'Bought at ' || pg_temp.one_of(array['the flea market',
    'a shop that is gone', 'an auction', 'the café'], i) || '; ' || pg_temp.one_of(array['a scratch on the left',
    'as new', 'the key is in the drawer', 'wobbles'], i / 4) || '. ' || case when luck < 0.3 then 'Do not lend it to '
    || pg_temp.person(i) || ' again.' else '' end end, case when luck < 0.4 then '{}'::text[]
    when luck < 0.7 then array[pg_temp.one_of(array['fragile', 'insured', 'gift', 'heirloom', 'to-sell'], i)]
    else array['insured', pg_temp.one_of(array['fragile', 'lent', 'gift', 'heirloom', 'réparé', 'winter'], i)] end,
    case when luck < 0.85 then 1 else 1 + floor(1 / (more + 0.02))::integer end,
    case when fate < 0.75 then bought end, case when more < 0.8 then floor(exp(4 + 5 * luck))::bigint * 10 - 1 end,
    pg_temp.one_of(array['EUR', 'EUR', 'EUR', 'EUR', 'CHF', 'GBP', 'SEK', 'USD'], home),
    case when fate < 0.45 then bought + 730 end, case when fate < 0.2 then upper(substr(md5('serial' || i), 1,
    4 + i % 9)) end, case when at < gone then gone end, at, greatest(at, gone)
from (
    select *, at::date - floor(1500 * more * luck)::integer as bought, case
        when fate > 0.92 then date_trunc('day', now()) - interval '200 days' * more end as gone
    from (
        select i, 1 + floor((select count(*) - 1 from home) * random() ^ 2.5)::bigint as home,
            floor(20 * random() ^ 1.4)::integer as kind, random() as luck, random() as fate, random() as more,
            pg_temp.moment(0.5 + 0.5 * i / pg_temp.scaled(16500)) as at
        from generate_series(1, pg_temp.scaled(16500)) i
    ) as drawn
) as thing
cross join (select array_agg(id order by name) as ids from categories) k;

insert into item_photos (id, item_id, position, storage_key, content_type, size_bytes, created_at)
    overriding system value
select (i - 1) * 2 + n + 1, i, n, 'photos/' || i % 100 || '/' || md5('photo' || i || '.' || n),
    case when i % 11 = 0 then 'image/webp' else 'image/jpeg' end, 150000 + (i::bigint * 7919 + n * 104729) % 4000000,
    at
from (select id::integer as i, created_at as at from items) as items cross join generate_series(0, 1) n
where i % 5 < 2 - n;

\ir parts/end.sql

analyze users, inventories, access_grants, categories, locations, items, item_photos;
commit;
