-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- Orders, what is in them, and what a warehouse has to do about it.

create table orders (
    id bigint generated always as identity primary key,
    order_number text not null,
    -- An order outlives the wish to delete its customer, its goods, or their address.
    customer_id bigint not null references customers (id) on delete restrict,
    shipping_address_id bigint references addresses (id) on delete set null,
    billing_address_id bigint references addresses (id) on delete set null,
    status text not null default 'pending',
    channel text not null default 'web',
    currency text not null default 'EUR',
    subtotal_cents bigint not null,
    discount_cents bigint not null default 0,
    tax_cents bigint not null default 0,
    shipping_cents bigint not null default 0,
    total_cents bigint not null,
    notes text,
    cancelled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint orders_order_number_key unique (order_number),
    constraint orders_status_check check (
        status in ('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled', 'refunded')),
    constraint orders_channel_check check (channel in ('web', 'app', 'marketplace', 'phone', 'store')),
    constraint orders_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint orders_amounts_check check (
        subtotal_cents >= 0 and tax_cents >= 0 and shipping_cents >= 0
        and discount_cents between 0 and subtotal_cents),
    constraint orders_total_cents_check check (
        total_cents = subtotal_cents - discount_cents + tax_cents + shipping_cents),
    constraint orders_cancelled_at_check check (status <> 'cancelled' or cancelled_at is not null)
);

create index idx_orders_customer_id on orders (customer_id);
create index idx_orders_shipping_address_id on orders (shipping_address_id) where shipping_address_id is not null;
create index idx_orders_billing_address_id on orders (billing_address_id) where billing_address_id is not null;
create index idx_orders_status_created_at on orders (status, created_at desc);
create index idx_orders_created_at on orders (created_at);
-- "Where is my order?" Few orders are on their way at any time, so this one stays in memory.
create index idx_orders_active_customer_id on orders (customer_id)
    where status in ('pending', 'confirmed', 'processing', 'shipped');

create table order_items (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders (id) on delete cascade,
    variant_id bigint not null references product_variants (id) on delete restrict,
    quantity integer not null,
    unit_price_cents bigint not null,
    discount_cents bigint not null default 0,
    line_total_cents bigint not null generated always as (quantity * unit_price_cents - discount_cents) stored,
    created_at timestamptz not null default now(),
    constraint order_items_quantity_check check (quantity > 0),
    constraint order_items_unit_price_cents_check check (unit_price_cents >= 0),
    constraint order_items_discount_cents_check check (discount_cents between 0 and quantity * unit_price_cents)
);

-- An order's page reads the index alone.
create index idx_order_items_order_id on order_items (order_id)
    include (variant_id, quantity, unit_price_cents, line_total_cents);
create index idx_order_items_variant_id on order_items (variant_id);

create table fulfillment_orders (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders (id) on delete cascade,
    location text not null,
    status text not null default 'open',
    assigned_to bigint references users (id) on delete set null,
    due_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint fulfillment_orders_status_check check (status in ('open', 'in_progress', 'fulfilled', 'cancelled'))
);

create index idx_fulfillment_orders_order_id on fulfillment_orders (order_id);
create index idx_fulfillment_orders_assigned_to on fulfillment_orders (assigned_to) where assigned_to is not null;
-- What a warehouse does next.
create index idx_fulfillment_orders_todo on fulfillment_orders (location, due_at)
    where status in ('open', 'in_progress');

create trigger orders_updated_at before update on orders for each row execute function set_updated_at();
create trigger fulfillment_orders_updated_at before update on fulfillment_orders
    for each row execute function set_updated_at();
