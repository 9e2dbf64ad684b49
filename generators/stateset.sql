-- A made-up shop: two years of orders and all that comes of them.
-- pgsteward.scale × 10 MB, on one version of PostgreSQL the same rows at each run of a day. As the owner, in a database
-- that is migrated and has none of it yet:
--     export PGOPTIONS='-c role=stateset -c pgsteward.scale=200'
--     psql -v ON_ERROR_STOP=1 -f generators/stateset.sql stateset

\ir parts/begin.sql

do $$
begin
    if exists (select from users) or exists (select from products) or exists (select from customers) then
        raise object_not_in_prerequisite_state using message = 'stateset has data already',
            hint = 'data is generated into a database that has none';
    end if;
end
$$;

-- What a variant costs, in cents: the same wherever it is asked for.
create or replace function pg_temp.price(variant integer) returns bigint language sql immutable as $$
    select (1 + variant::bigint * 7919 % 200 * (1 + variant % 7 / 6 * 9)) * 100 - 1
$$;

create or replace function pg_temp.today() returns timestamptz language sql stable as $$
    select date_trunc('day', now())
$$;

-- Who works here.
insert into users (id, email, password_hash, full_name, role, active, last_login_at, created_at, updated_at)
    overriding system value
select i, 'staff' || i || '@shop.example', '$argon2id$v=19$m=19456,t=2,p=1$' || substr(md5('salt' || i), 1, 22) || '$'
    || md5('hash' || i) || substr(md5(i || 'hash'), 1, 11), pg_temp.person(i),
    case when i = 1 then 'admin' when i % 7 = 0 then 'manager' when i % 11 = 0 then 'service' else 'agent' end,
    i % 9 > 0, case when i % 5 > 0 then pg_temp.today() - interval '1 hour' * (i % 90) end, pg_temp.moment(0.01),
    pg_temp.moment(0.01)
from generate_series(1, pg_temp.scaled(20)) i;

insert into api_keys (id, user_id, name, key_hash, scopes, expires_at, revoked_at, last_used_at, created_at)
    overriding system value
select i, i, pg_temp.one_of(array['warehouse', 'Buchhaltung', 'relay', 'reports'], i),
    sha256(convert_to('key' || i, 'UTF8')), case when i % 3 = 0 then array['orders:read', 'orders:write']
    else array['orders:read'] end, case when i % 2 = 0 then pg_temp.today() + interval '1 year' end,
    case when i % 10 = 0 then pg_temp.today() end,
    case when i % 4 > 0 then pg_temp.today() - interval '1 minute' * i end, pg_temp.moment(0.02)
from generate_series(1, pg_temp.scaled(20)) i;

insert into refresh_tokens (id, user_id, token_hash, expires_at, revoked_at, created_at) overriding system value
select i, 1 + i % pg_temp.scaled(20), sha256(convert_to('token' || i, 'UTF8')), at + interval '30 days',
    case when luck < 0.1 then at + interval '3 hours' end, at
from (select i, random() as luck, pg_temp.today() - interval '40 days' * random() as at
    from generate_series(1, pg_temp.scaled(60)) i) as drawn;

insert into password_reset_tokens (id, user_id, token_hash, expires_at, used_at, created_at) overriding system value
select i, 1 + i % pg_temp.scaled(20), sha256(convert_to('reset' || i, 'UTF8')), at + interval '2 hours',
    case when luck < 0.6 then at + interval '7 minutes' end, at
from (select i, random() as luck, pg_temp.moment(random()) as at
    from generate_series(1, pg_temp.scaled(15)) i) as drawn;

-- What is sold: three variants of each product.
insert into products (id, slug, title, description, vendor, status, tags, attributes, created_at, updated_at)
    overriding system value
select i, kind || '-' || i, initcap(kind) || ' “' || pg_temp.one_of(array['Nordlys', 'Señorita', 'Alpha', 'Été',
    'Zen', 'Čapek'], i) || '” ' || i, case when i % 8 > 0 then 'A ' || pg_temp.one_of(array['solid', 'light',
    'waterproof', 'hübsche', 'recycled'], i) || ' ' || kind || ' for every day, made in '
    || pg_temp.one_of(array['Łódź', 'Porto', 'Graz', 'Malmö', 'Kyōto'], i / 5)
    || '. Wash cold, repair when broken, hand on when outgrown.' end, case
    when i % 6 > 0 then pg_temp.one_of(array['Fjäll & Co', 'Acme', 'Œuvre', 'Initech'], i) end,
    case when i % 12 = 0 then 'archived' when i % 15 = 0 then 'draft' else 'active' end,
    array[kind, pg_temp.one_of(array['new', 'sale', 'classic', 'winter'], i)],
    jsonb_build_object('material', pg_temp.one_of(array['wool', 'steel', 'bamboo', 'PET'], i), 'season',
    2024 + i % 3), at, at
from (
    select i, pg_temp.one_of(array['lamp', 'jacket', 'backpack', 'kettle', 'chair', 'boots', 'tent', 'bottle',
        'scarf', 'knife'], i) as kind, pg_temp.moment(0.01) as at
    from generate_series(1, 10 + pg_temp.scaled(90)) i
) as named;

insert into product_variants (id, product_id, sku, title, price_cents, cost_cents, currency, barcode, weight_grams,
    active, created_at, updated_at) overriding system value
select v, 1 + (v - 1) / 3, 'SKU-' || lpad(v::text, 7, '0'), pg_temp.one_of(array['S', 'M', 'L'], v - 1),
    pg_temp.price(v), case when v % 9 > 0 then pg_temp.price(v) * (40 + v % 30) / 100 end, 'EUR',
    case when v % 4 > 0 then '40' || lpad((v::bigint * 7)::text, 11, '0') end,
    case when v % 10 > 0 then 50 + v * 37 % 9000 end, v % 20 > 0, pg_temp.moment(0.01), pg_temp.moment(0.01)
from generate_series(1, 3 * (10 + pg_temp.scaled(90))) v;

insert into customers (id, email, full_name, phone, country, accepts_marketing, created_at, updated_at)
    overriding system value
select i, pg_temp.one_of(array['anna', 'jose', 'zoe', 'lukasz', 'soren', 'maria', 'jürgen', 'aisha'], i) || i || '@'
    || pg_temp.one_of(array['example.com', 'example.org', 'example.net', 'mail.example'], i / 3), pg_temp.person(i),
    case when luck < 0.55 then '+49 30 ' || lpad((i::bigint * 7919 % 10000000)::text, 7, '0') end,
    pg_temp.one_of(array['DE', 'DE', 'DE', 'FR', 'AT', 'PL', 'SE', 'ES', 'JP', 'US'],
    floor(luck * luck * 10)::integer), i % 3 = 0, at, at
from (select i, random() as luck, pg_temp.moment((i - 1)::float / pg_temp.scaled(900)) as at
    from generate_series(1, pg_temp.scaled(900)) i) as drawn;

-- An address each, and a third of them a second one for the bill.
insert into addresses (id, customer_id, kind, recipient, line1, line2, city, region, postal_code, country, is_default,
    created_at, updated_at) overriding system value
select i * 2 + n, i, case n when 0 then 'shipping' else 'billing' end, pg_temp.person(i),
    pg_temp.one_of(array['Hauptstraße', 'Rue de l''Église', 'ulica Długa', 'Main Street', 'Calle Mayor', '中央通り'], i)
    || ' ' || (1 + i % 200), case when i % 7 = 0 then 'c/o ' || pg_temp.person(i + 1) end,
    pg_temp.one_of(array['Berlin', 'Lyon', 'Kraków', 'Graz', 'Málaga', 'Göteborg', '東京', 'Boston'], i),
    case when i % 8 = 7 then 'MA' end, lpad((i::bigint * 31 % 100000)::text, 5, '0'),
    pg_temp.one_of(array['DE', 'FR', 'PL', 'AT', 'ES', 'SE', 'JP', 'US'], i), true, at, at
from (select i, pg_temp.moment((i - 1)::float / pg_temp.scaled(900)) as at
    from generate_series(1, pg_temp.scaled(900)) i) as people
cross join generate_series(0, 1) n
where n = 0 or i % 3 = 0;

-- Orders are drawn first, then what is in them, and only then written, so that their sums are true. Some customers
-- come every week; nobody orders before they are there. What is young is still on its way.
create temporary table drawn_order on commit drop as
select i, 1 + floor((pg_temp.scaled(900) - 1) * customer ^ 1.7 * i / pg_temp.scaled(2100))::integer as customer_id,
    luck, fate, pg_temp.moment(share) as at, case when fate < 0.05 then 'cancelled' when share > 0.997 then 'pending'
    when share > 0.994 then 'confirmed' when share > 0.985 then 'processing' when share > 0.96 then 'shipped'
    when fate < 0.08 then 'refunded' else 'delivered' end as status, 1 + floor(5 * size ^ 2.2)::integer as size
from (
    select i, i::float / pg_temp.scaled(2100) as share, random() as customer, random() as luck, random() as fate,
        random() as size
    from generate_series(1, pg_temp.scaled(2100)) i
) as drawn;

create temporary table drawn_item on commit drop as
select row_number() over (order by i, n)::integer as id, i as order_id, status, customer_id, at, variant, quantity,
    pg_temp.price(variant) as price, case when quantity > 2 then pg_temp.price(variant) * quantity / 10
    else 0 end as discount
from (
    select i, n, status, customer_id, at,
        1 + (floor(variants * random() ^ 2.5)::integer + n * (1 + variants / 7)) % variants as variant,
        1 + floor(0.2 / (random() + 0.03))::integer as quantity
    from drawn_order cross join lateral generate_series(1, size) n
    cross join (select 3 * (10 + pg_temp.scaled(90)) as variants) as all_variants
) as drawn;

insert into orders (id, order_number, customer_id, shipping_address_id, billing_address_id, status, channel, currency,
    subtotal_cents, discount_cents, tax_cents, shipping_cents, total_cents, notes, cancelled_at, created_at,
    updated_at) overriding system value
select i, 'O-' || lpad(i::text, 9, '0'), customer_id, case when channel <> 'store' then customer_id * 2 end,
    case when customer_id % 3 = 0 then customer_id * 2 + 1 end, status, channel, 'EUR', subtotal, discount,
    (subtotal - discount) * 19 / 100, shipping, subtotal - discount + (subtotal - discount) * 19 / 100 + shipping,
    case when luck < 0.06 then pg_temp.one_of(array['Please ring twice.', 'Ein Geschenk 🎁',
    'Leave it with the neighbour.'], i) end, case when status = 'cancelled' then at + least(interval '1 day' * luck,
    pg_temp.today() - at) end, at, least(at + interval '9 days' * luck, pg_temp.today())
from (
    select o.*, s.subtotal, s.discount, case when s.subtotal > 10000 then 0 else 490 end as shipping,
        case when fate < 0.7 then 'web' when fate < 0.88 then 'app' when fate < 0.94 then 'marketplace'
        when fate < 0.96 then 'phone' else 'store' end as channel
    from drawn_order o
    join (select order_id, sum(price * quantity)::bigint as subtotal, sum(discount)::bigint as discount
        from drawn_item group by order_id) s on s.order_id = o.i
) as summed;

insert into order_items (id, order_id, variant_id, quantity, unit_price_cents, discount_cents, created_at)
    overriding system value
select id, order_id, variant, quantity, price, discount, at from drawn_item;

insert into fulfillment_orders (id, order_id, location, status, assigned_to, due_at, created_at, updated_at)
    overriding system value
select i, i, pg_temp.one_of(array['Berlin', 'Kraków'], i), case when status = 'confirmed' then 'open'
    when status = 'processing' then 'in_progress' else 'fulfilled' end, case when status <> 'confirmed'
    and i % 5 > 0 then 1 + i % pg_temp.scaled(20) end, at + interval '2 days', at,
    least(at + interval '1 day' * luck, pg_temp.today())
from drawn_order where status not in ('pending', 'cancelled');

insert into carts (id, customer_id, status, currency, expires_at, created_at, updated_at) overriding system value
select i, case when luck < 0.6 then 1 + i % pg_temp.scaled(900) end, case
    when at > pg_temp.today() - interval '2 days' then 'open' when luck < 0.3 then 'converted' else 'abandoned' end,
    'EUR', at + interval '2 days', at, at
from (
    select i, random() as luck, pg_temp.today() - interval '60 days' * random() as at
    from generate_series(1, pg_temp.scaled(700)) i
) as drawn;

insert into cart_items (id, cart_id, variant_id, quantity, unit_price_cents, created_at, updated_at)
    overriding system value
select (i - 1) * 3 + n + 1, i, variant, 1 + n % 2, pg_temp.price(variant), at, at
from (
    select c.i, n, at, 1 + (c.i * 11 + n * (1 + variants / 7)) % variants as variant
    from (select id::integer as i, created_at as at from carts) as c
    cross join generate_series(0, 2) n cross join (select 3 * (10 + pg_temp.scaled(90)) as variants) as all_variants
    where c.i % 3 >= n
) as filled;

-- Each variant in two warehouses. What is promised to open orders is allocated to them; nothing is sold twice.
create temporary table promised on commit drop as
select row_number() over (order by id)::integer as number, id, (variant - 1) * 2 + 1 + order_id % 2 as inventory_id,
    quantity, at
from drawn_item where status in ('confirmed', 'processing');

create temporary table held on commit drop as
select id, cart_id, (variant_id - 1) * 2 + 1 + cart_id % 2 as inventory_id, quantity, created_at as at,
    created_at > pg_temp.today() - interval '1 hour' as live
from cart_items where cart_id % 4 = 0;

insert into inventory (id, variant_id, location, on_hand, allocated, reserved, reorder_point, created_at, updated_at)
    overriding system value
select s.i, 1 + (s.i - 1) / 2, pg_temp.one_of(array['Berlin', 'Kraków'], s.i - 1),
    coalesce(p.quantity, 0) + coalesce(h.quantity, 0) + s.spare, coalesce(p.quantity, 0), coalesce(h.quantity, 0), 10,
    pg_temp.moment(0.01), pg_temp.today()
from (
    select i, floor(400 * random() ^ 2)::integer as spare
    from generate_series(1, 6 * (10 + pg_temp.scaled(90))) i
) as s
left join (select inventory_id, sum(quantity)::integer as quantity from promised group by 1) p on p.inventory_id = s.i
left join (select inventory_id, sum(quantity)::integer as quantity
    from held where live group by 1) h on h.inventory_id = s.i;

insert into inventory_allocations (id, inventory_id, order_item_id, quantity, created_at) overriding system value
select number, inventory_id, id, quantity, at from promised;

insert into inventory_reservations (id, inventory_id, cart_id, quantity, expires_at, released_at, created_at)
    overriding system value
select id, inventory_id, cart_id, quantity, at + interval '1 hour', case
    when not live then at + interval '50 minutes' end, at
from held;

-- A sale for each item that has left, and a receipt, sometimes a correction, for every few of them.
insert into inventory_transactions (id, inventory_id, kind, quantity, reference_type, reference_id, performed_by,
    created_at) overriding system value
select id * 3 + n, (variant - 1) * 2 + 1 + order_id % 2, pg_temp.one_of(array['sale', 'receipt', 'adjustment'], n),
    case n when 0 then - quantity when 1 then 4 * quantity else 1 - id % 7 % 2 * 2 end,
    case when n < 2 then pg_temp.one_of(array['order_item', 'purchase_order'], n) end,
    case n when 0 then id when 1 then 1 + id % pg_temp.scaled(60) end, case
    when n > 0 then 1 + id % pg_temp.scaled(20) end, at
from drawn_item cross join generate_series(0, 2) n
where status in ('shipped', 'delivered', 'refunded') and (n = 0 or (n = 1 and id % 4 = 0) or (n = 2 and id % 31 = 0));

insert into shipments (id, order_id, fulfillment_order_id, carrier, tracking_number, status, cost_cents, weight_grams,
    shipped_at, delivered_at, created_at, updated_at) overriding system value
select i, i, i, carrier, case when i % 50 > 0 then upper(substr(carrier, 1, 2)) || lpad(i::text, 12, '0') end,
    case when status <> 'shipped' then 'delivered' when fate > 0.97 then 'exception'
    when luck < 0.3 then 'out_for_delivery' else 'in_transit' end, 350 + i % 9 * 60, 100 + i::bigint * 37 % 20000,
    shipped, case when status <> 'shipped' then shipped + interval '1 day' * (1 + 5 * luck) end, shipped,
    case when status <> 'shipped' then shipped + interval '1 day' * (1 + 5 * luck) else shipped end
from (
    select *, pg_temp.one_of(array['DHL', 'DPD', 'Correos', 'La Poste', 'InPost'],
        floor(luck ^ 2 * 5)::integer) as carrier, least(at + interval '30 hours' * fate, pg_temp.today()) as shipped
    from drawn_order where status in ('shipped', 'delivered', 'refunded')
) as sent;

insert into shipment_items (id, shipment_id, order_item_id, quantity) overriding system value
select id, order_id, id, quantity from drawn_item where status in ('shipped', 'delivered', 'refunded');

insert into shipment_tracking (id, shipment_id, status, description, city, country, occurred_at, created_at)
    overriding system value
select i::bigint * 4 + n, i, pg_temp.one_of(array['picked_up', 'sorted', 'out_for_delivery', 'delivered'], n),
    pg_temp.one_of(array['Picked up by the carrier', 'Left the sorting centre', null,
    'Handed over; signed by the neighbour'], n), case when n < 3 then pg_temp.one_of(array['Berlin', 'Leipzig',
    'Poznań', 'København', 'Zürich'], i + n) end, case when n < 3 then pg_temp.one_of(array['DE', 'DE', 'PL', 'DK',
    'CH'], i + n) end, moment, moment
from (
    select i, n, at + interval '30 hours' * fate + interval '1 day' * (1 + 5 * luck) * n / 3 as moment
    from drawn_order cross join generate_series(0, 3) n
    where status in ('delivered', 'refunded') or (status = 'shipped' and n < 2)
) as seen;

-- Every order that was refunded came back, and some that are still looked at.
create temporary table back on commit drop as
select row_number() over (order by i) as id, i, customer_id, at + interval '12 days' as at, luck, status
from drawn_order where status = 'refunded' or (status = 'delivered' and fate between 0.5 and 0.53);

insert into returns (id, rma_number, order_id, customer_id, status, reason, refund_cents, received_at, created_at,
    updated_at) overriding system value
select id, 'RMA-' || lpad(id::text, 7, '0'), i, customer_id, state, pg_temp.one_of(array['changed_mind', 'defective',
    'not_as_described', 'damaged', 'wrong_item', 'late'], floor(luck * luck * 6)::integer),
    case when state = 'refunded' then total_cents end, case when state in ('received',
    'refunded') then at + interval '5 days' end, at, at
from (
    select b.*, o.total_cents, case when b.status = 'refunded' then 'refunded'
        else pg_temp.one_of(array['requested', 'approved', 'rejected', 'received', 'closed'],
        b.id) end as state
    from back b join orders o on o.id = b.i
) as stated;

insert into return_items (return_id, order_item_id, quantity, condition, restock)
select b.id, d.id, 1, pg_temp.one_of(array['unopened', 'opened', 'used', 'broken'], d.id), d.id % 4 < 2
from back b join drawn_item d on d.order_id = b.i
where d.id % 3 > 0
order by d.id;

insert into return_approvals (return_id, approver_id, decision, comment, decided_at)
select id, case when id % 10 > 0 then 1 + id % pg_temp.scaled(20) end, case when status = 'rejected' then 'rejected'
    else 'approved' end, case when id % 4 = 0 then 'Photo shows it clearly.' end, created_at + interval '1 day'
from returns where status <> 'requested' order by id;

insert into warranties (id, warranty_number, order_item_id, customer_id, status, starts_on, ends_on, created_at,
    updated_at) overriding system value
select id, 'W-' || lpad(id::text, 9, '0'), id, customer_id,
    case when (at + interval '1 year')::date <= pg_temp.today()::date then 'expired' when id % 97 = 0 then 'void'
    else 'active' end, at::date, (at + interval '1 year')::date, at, at
from drawn_item where status = 'delivered' and price > 9000;

insert into warranty_claims (claim_number, warranty_id, status, description, resolution, resolved_at, created_at,
    updated_at)
select 'C-' || lpad(id::text, 9, '0'), id, state, pg_temp.one_of(array['Stopped working.', 'The zip.',
    'Große Risse im Leder.'], id), case when state = 'resolved' then 'Replaced.' end,
    case when state = 'resolved' then at + interval '9 days' end, at, at
from (
    select id, starts_on + interval '40 days' as at, pg_temp.one_of(array['resolved', 'resolved', 'denied',
        'approved', 'in_review', 'submitted'], id / 25) as state
    from warranties where id % 25 = 0 and starts_on < pg_temp.today() - interval '60 days'
) as claimed
order by id;

-- A tenth of the variants are made here, of seven others each.
insert into bill_of_materials (id, variant_id, revision, status, created_at, updated_at) overriding system value
select i * 2 + n, i * 10, 1 + n, case n when 1 then 'active' else 'obsolete' end, pg_temp.moment(0.02 + 0.1 * n),
    pg_temp.moment(0.1 + 0.02 * n)
from generate_series(1, 3 * (10 + pg_temp.scaled(90)) / 10) i cross join generate_series(0, 1) n
where n = 1 or i % 3 = 0;

insert into bom_line_items (bom_id, component_variant_id, quantity, scrap_percent)
select b.id, 1 + (b.variant_id + n * (1 + variants / 9)) % variants, 1 + b.id % 4 + n * 0.25, b.id % 5 * 0.5
from bill_of_materials b
cross join generate_series(1, 7) n cross join (select 3 * (10 + pg_temp.scaled(90)) as variants) as all_variants
order by b.id, n;

create temporary table job on commit drop as
select i, share, pg_temp.moment(share) as at, luck, case when luck < 0.04 then 'cancelled'
    when share > 0.995 then 'planned' when share > 0.99 then 'released' when share > 0.98 then 'in_progress'
    else 'completed' end as status
from (select i, i::float / pg_temp.scaled(180) as share, random() as luck
    from generate_series(1, pg_temp.scaled(180)) i) as drawn;

insert into work_orders (id, work_order_number, bom_id, location, quantity, status, priority, scheduled_start,
    scheduled_end, actual_start, actual_end, created_at, updated_at) overriding system value
select i, 'WO-' || lpad(i::text, 7, '0'), b.ids[1 + i % cardinality(b.ids)], pg_temp.one_of(array['Łódź', 'Graz'], i),
    10 * (1 + floor(luck * 20)::integer), status, 1 + i % 9, at, at + interval '3 days',
    case when status in ('in_progress', 'completed') then at + interval '2 hours' end,
    case when status = 'completed' then at + interval '2 days' * (1 + luck) end, at - interval '5 days', at
from job cross join (select array_agg(id order by id) as ids from bill_of_materials where status = 'active') b;

insert into work_order_operations (id, work_order_id, sequence, name, work_center, status, planned_minutes,
    actual_minutes, operator_id) overriding system value
select i * 4 + n, i, 10 * n, (array['cut', 'sew', 'assemble', 'inspect'])[n], (array['A1', 'A2', 'B1', 'QS'])[n],
    case when status = 'completed' then 'done' when status = 'cancelled' then 'skipped' when status = 'in_progress'
    and n = 1 then 'running' else 'waiting' end, 30 * n,
    case when status = 'completed' then floor(30 * n * (0.7 + luck))::integer end,
    case when status = 'completed' then 1 + (i + n) % pg_temp.scaled(20) end
from job cross join generate_series(1, 4) n;

create temporary table purchase on commit drop as
select i, pg_temp.moment(share) as at, case when share > 0.995 then 'draft' when share > 0.985 then 'sent'
    when share > 0.97 then 'confirmed' when share > 0.95 then 'partially_received' when luck < 0.03 then 'cancelled'
    else 'received' end as status
from (select i, i::float / pg_temp.scaled(60) as share, random() as luck
    from generate_series(1, pg_temp.scaled(60)) i) as drawn;

create temporary table bought on commit drop as
select i * 8 + n as id, i, at, status, 1 + (i * 13 + n * (1 + variants / 9)) % variants as variant,
    20 * (1 + i % 10) as quantity
from purchase cross join generate_series(0, 4) n
cross join (select 3 * (10 + pg_temp.scaled(90)) as variants) as all_variants;

insert into purchase_orders (id, po_number, supplier_name, status, currency, total_cents, ordered_on, expected_on,
    created_by, created_at, updated_at) overriding system value
select i, 'PO-' || lpad(i::text, 7, '0'), pg_temp.one_of(array['Textil Łódź', 'Acier & Fils', 'Kyōto Bamboo',
    'Fjäll & Co'], i), status, 'EUR', total, case when status <> 'draft' then at::date end,
    case when status <> 'draft' then at::date + 14 end, case when i % 6 > 0 then 1 + i % pg_temp.scaled(20) end, at,
    at
from purchase
join (select i as number, sum(quantity * (pg_temp.price(variant) / 2))::bigint as total
    from bought group by i) t on number = i;

insert into purchase_order_items (id, purchase_order_id, variant_id, quantity, received_quantity, unit_cost_cents)
    overriding system value
select id, i, variant, quantity, case status when 'received' then quantity when 'partially_received' then quantity / 2
    else 0 end, pg_temp.price(variant) / 2
from bought;

insert into advanced_shipping_notices (id, asn_number, purchase_order_id, carrier, tracking_number, status,
    expected_at, arrived_at, created_at, updated_at) overriding system value
select i, 'ASN-' || lpad(i::text, 7, '0'), i, case when i % 5 > 0 then 'DB Schenker' end,
    case when i % 5 > 0 then 'SC' || lpad(i::text, 10, '0') end, case status when 'received' then 'closed'
    when 'partially_received' then 'arrived' else 'in_transit' end, at + interval '13 days',
    case when status in ('received', 'partially_received') then at + interval '14 days' end, at, at
from purchase where status in ('confirmed', 'partially_received', 'received');

insert into invoices (id, invoice_number, order_id, customer_id, status, currency, amount_cents, issued_on, due_on,
    paid_at, created_at, updated_at) overriding system value
select id, 'I-' || lpad(id::text, 9, '0'), id, customer_id, state, currency, total_cents, created_at::date,
    created_at::date + 14, case when state = 'paid' then paid end, created_at,
    case when state = 'paid' then paid else created_at end
from (
    select *, case when status = 'refunded' then 'void' when id % 40 > 0 then 'paid'
        when created_at < pg_temp.today() - interval '14 days' then 'overdue' else 'issued' end as state,
        least(created_at + interval '1 hour' * (id % 200), pg_temp.today()) as paid
    from orders where status not in ('pending', 'cancelled')
) as billed;

insert into cash_sales (id, sale_number, order_id, customer_id, sold_by, location, currency, amount_cents, created_at)
    overriding system value
select i, 'S-' || lpad(i::text, 9, '0'), null, case when luck < 0.1 then 1 + i % pg_temp.scaled(900) end,
    case when i % 8 > 0 then 1 + i % pg_temp.scaled(20) end, pg_temp.one_of(array['Berlin', 'Lyon'], i), 'EUR',
    99 + floor(9000 * luck ^ 2)::bigint, pg_temp.moment(i::float / pg_temp.scaled(300))
from (select i, random() as luck from generate_series(1, pg_temp.scaled(300)) i) as drawn;

insert into payments (id, invoice_id, cash_sale_id, method, provider_reference, status, currency, amount_cents,
    captured_at, created_at, updated_at) overriding system value
select id * 2, id, null, method, case when method <> 'bank_transfer' then 'pay_'
    || substr(md5('payment' || id), 1, 20) end, case when status = 'void' then 'refunded' else 'captured' end,
    currency, amount_cents, at, at, at
from (
    select *, pg_temp.one_of(array['card', 'paypal', 'bank_transfer', 'direct_debit'],
        id * id % 17 * id) as method, coalesce(paid_at, created_at) as at
    from invoices where status in ('paid', 'void') and amount_cents > 0
) as paid
union all
select id * 2 + 1, null, id, case when id % 3 = 0 then 'card' else 'cash' end,
    case when id % 3 = 0 then 'term_' || substr(md5('sale' || id), 1, 20) end, 'captured', currency, amount_cents,
    created_at, created_at, created_at
from cash_sales;

insert into item_receipts (id, purchase_order_item_id, asn_id, inventory_id, received_by, quantity, received_at)
    overriding system value
select id, id, i, (variant - 1) * 2 + 1 + id % 2, case when id % 4 > 0 then 1 + id % pg_temp.scaled(20) end,
    case status when 'received' then quantity else quantity / 2 end, at + interval '14 days'
from bought where status in ('received', 'partially_received');

-- What happened to each order, told once more to the relay while it was young, and written down for the auditors.
create temporary table happening on commit drop as
select row_number() over (order by i, n) as id, i, n, at + interval '1 day' * (n - 1) * luck as at, luck,
    (array['order.created', 'order.paid', 'order.shipped', 'order.delivered'])[n] as kind
from drawn_order cross join generate_series(1, 4) n
where n <= case status when 'pending' then 1 when 'cancelled' then 1 when 'confirmed' then 2 when 'processing' then 2
    when 'shipped' then 3 else 4 end;

insert into events (id, aggregate_type, aggregate_id, version, event_type, payload, occurred_at)
    overriding system value
select id, 'order', i, n, kind, jsonb_build_object('order', i, 'by', case when n = 1 then 'customer'
    else 'system' end), at
from happening;

insert into outbox (id, topic, message_key, payload, attempts, last_error, available_at, published_at, created_at)
    overriding system value
select id, kind, 'order-' || i, jsonb_build_object('order', i, 'version', n), case when waiting
    and luck < 0.2 then 3 else 1 end, case when waiting and luck < 0.2 then 'connection refused' end, at,
    case when not waiting then at + interval '2 seconds' end, at
from (select *, id > (select count(*) * 0.998 from happening) as waiting from happening) as judged
where id > (select count(*) * 0.85 from happening);

insert into audit_log (id, actor_id, action, entity_type, entity_id, changes, ip_address, created_at)
    overriding system value
select id, case when n = 2 then 1 + i % pg_temp.scaled(20) end, 'update', 'order', i,
    jsonb_build_object('status', jsonb_build_array((array['pending', 'confirmed', 'processing', 'shipped'])[n],
    kind)), case when n = 2 then '192.0.2.0'::inet + i % 256 end, at
from happening where n > 1 and id % 2 = 0;

\ir parts/end.sql

analyze users, api_keys, refresh_tokens, password_reset_tokens, products, product_variants, customers, addresses, carts,
    cart_items, orders, order_items, fulfillment_orders, inventory, inventory_allocations, inventory_reservations,
    inventory_transactions, shipments, shipment_items, shipment_tracking, returns, return_items, return_approvals,
    warranties, warranty_claims, bill_of_materials, bom_line_items, work_orders, work_order_operations, purchase_orders,
    purchase_order_items, advanced_shipping_notices, cash_sales, invoices, payments, item_receipts, events, outbox,
    audit_log;
commit;
