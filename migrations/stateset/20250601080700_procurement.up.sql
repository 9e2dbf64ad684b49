-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- What is bought, and what of it is announced.

create table purchase_orders (
    id bigint generated always as identity primary key,
    po_number text not null,
    supplier_name text not null,
    status text not null default 'draft',
    currency text not null default 'EUR',
    total_cents bigint not null default 0,
    ordered_on date,
    expected_on date,
    created_by bigint references users (id) on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint purchase_orders_po_number_key unique (po_number),
    constraint purchase_orders_status_check check (
        status in ('draft', 'sent', 'confirmed', 'partially_received', 'received', 'cancelled')),
    constraint purchase_orders_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint purchase_orders_total_cents_check check (total_cents >= 0),
    constraint purchase_orders_expected_on_check check (expected_on >= ordered_on)
);

create index idx_purchase_orders_created_by on purchase_orders (created_by) where created_by is not null;
create index idx_purchase_orders_open on purchase_orders (expected_on)
    where status in ('sent', 'confirmed', 'partially_received');
create index idx_purchase_orders_supplier_name on purchase_orders (supplier_name, created_at desc);

create table purchase_order_items (
    id bigint generated always as identity primary key,
    purchase_order_id bigint not null references purchase_orders (id) on delete cascade,
    variant_id bigint not null references product_variants (id) on delete restrict,
    quantity integer not null,
    received_quantity integer not null default 0,
    unit_cost_cents bigint not null,
    constraint purchase_order_items_purchase_order_id_variant_id_key unique (purchase_order_id, variant_id),
    constraint purchase_order_items_quantity_check check (quantity > 0 and received_quantity >= 0), -- some send more
    constraint purchase_order_items_unit_cost_cents_check check (unit_cost_cents >= 0)
);

create index idx_purchase_order_items_variant_id on purchase_order_items (variant_id);

create table advanced_shipping_notices (
    id bigint generated always as identity primary key,
    asn_number text not null,
    purchase_order_id bigint not null references purchase_orders (id) on delete restrict,
    carrier text,
    tracking_number text,
    status text not null default 'announced',
    expected_at timestamptz not null,
    arrived_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint advanced_shipping_notices_asn_number_key unique (asn_number),
    constraint advanced_shipping_notices_status_check check (
        status in ('announced', 'in_transit', 'arrived', 'closed')),
    constraint advanced_shipping_notices_arrived_at_check check (
        (status in ('arrived', 'closed')) = (arrived_at is not null))
);

create index idx_advanced_shipping_notices_purchase_order_id on advanced_shipping_notices (purchase_order_id);
create index idx_advanced_shipping_notices_due on advanced_shipping_notices (expected_at) where arrived_at is null;

create trigger purchase_orders_updated_at before update on purchase_orders
    for each row execute function set_updated_at();
create trigger advanced_shipping_notices_updated_at before update on advanced_shipping_notices
    for each row execute function set_updated_at();
