-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- What is on its way to customers.

create table shipments (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders (id) on delete restrict,
    fulfillment_order_id bigint references fulfillment_orders (id) on delete set null,
    carrier text not null,
    tracking_number text,
    status text not null default 'label_created',
    cost_cents bigint not null default 0,
    weight_grams integer,
    shipped_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint shipments_status_check check (
        status in ('label_created', 'in_transit', 'out_for_delivery', 'delivered', 'exception', 'returned')),
    constraint shipments_cost_cents_check check (cost_cents >= 0),
    constraint shipments_weight_grams_check check (weight_grams > 0),
    constraint shipments_delivered_at_check check (
        delivered_at >= shipped_at and (status <> 'delivered' or delivered_at is not null))
);

create index idx_shipments_order_id on shipments (order_id);
create index idx_shipments_fulfillment_order_id on shipments (fulfillment_order_id)
    where fulfillment_order_id is not null;
create unique index uq_shipments_tracking_number on shipments (carrier, tracking_number)
    where tracking_number is not null;
-- What carriers are asked about every few minutes.
create index idx_shipments_moving on shipments (carrier, shipped_at)
    where status in ('in_transit', 'out_for_delivery', 'exception');

create table shipment_items (
    id bigint generated always as identity primary key,
    shipment_id bigint not null references shipments (id) on delete cascade,
    order_item_id bigint not null references order_items (id) on delete restrict,
    quantity integer not null,
    constraint shipment_items_shipment_id_order_item_id_key unique (shipment_id, order_item_id),
    constraint shipment_items_quantity_check check (quantity > 0)
);

create index idx_shipment_items_order_item_id on shipment_items (order_item_id);

create table shipment_tracking (
    id bigint generated always as identity primary key,
    shipment_id bigint not null references shipments (id) on delete cascade,
    status text not null,
    description text,
    city text,
    country text,
    occurred_at timestamptz not null,
    created_at timestamptz not null default now()
);

create index idx_shipment_tracking_shipment_id on shipment_tracking (shipment_id, occurred_at desc);

create trigger shipments_updated_at before update on shipments for each row execute function set_updated_at();
