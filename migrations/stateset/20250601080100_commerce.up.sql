-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- What is sold, to whom, and what they have in mind to buy.

create table products (
    id bigint generated always as identity primary key,
    slug text not null,
    title text not null,
    description text,
    vendor text,
    status text not null default 'draft',
    tags text[] not null default '{}',
    attributes jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint products_slug_key unique (slug),
    constraint products_status_check check (status in ('draft', 'active', 'archived')),
    constraint products_attributes_check check (jsonb_typeof(attributes) = 'object')
);

create index idx_products_active_title on products (title) include (slug) where status = 'active'; -- the shop window
create index idx_products_tags on products using gin (tags);

create table product_variants (
    id bigint generated always as identity primary key,
    product_id bigint not null references products (id) on delete cascade,
    sku text not null,
    title text not null,
    price_cents bigint not null,
    cost_cents bigint,
    currency text not null default 'EUR',
    barcode text,
    weight_grams integer,
    active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint product_variants_price_cents_check check (price_cents >= 0),
    constraint product_variants_cost_cents_check check (cost_cents >= 0),
    constraint product_variants_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint product_variants_weight_grams_check check (weight_grams > 0)
);

create unique index uq_product_variants_sku on product_variants (upper(sku));
create unique index uq_product_variants_barcode on product_variants (barcode) where barcode is not null;
create index idx_product_variants_product_id on product_variants (product_id);

create table customers (
    id bigint generated always as identity primary key,
    email text not null,
    full_name text not null,
    phone text,
    country text not null,
    accepts_marketing boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint customers_country_check check (country ~ '^[A-Z]{2}$')
);

create unique index uq_customers_email on customers (lower(email));
create index idx_customers_created_at on customers (created_at);

create table addresses (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers (id) on delete cascade,
    kind text not null default 'shipping',
    recipient text not null,
    line1 text not null,
    line2 text,
    city text not null,
    region text,
    postal_code text not null,
    country text not null,
    is_default boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint addresses_kind_check check (kind in ('shipping', 'billing')),
    constraint addresses_country_check check (country ~ '^[A-Z]{2}$')
);

create index idx_addresses_customer_id on addresses (customer_id);
create unique index uq_addresses_default on addresses (customer_id, kind) where is_default;

create table carts (
    id bigint generated always as identity primary key,
    customer_id bigint references customers (id) on delete cascade, -- null: nobody has logged in yet
    status text not null default 'open',
    currency text not null default 'EUR',
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint carts_status_check check (status in ('open', 'converted', 'abandoned')),
    constraint carts_currency_check check (currency ~ '^[A-Z]{3}$')
);

create index idx_carts_customer_id on carts (customer_id) where customer_id is not null;
create index idx_carts_open on carts (expires_at) where status = 'open'; -- for the broom

create table cart_items (
    id bigint generated always as identity primary key,
    cart_id bigint not null references carts (id) on delete cascade,
    variant_id bigint not null references product_variants (id) on delete cascade,
    quantity integer not null default 1,
    unit_price_cents bigint not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint cart_items_cart_id_variant_id_key unique (cart_id, variant_id), -- serves the cascade, too
    constraint cart_items_quantity_check check (quantity > 0),
    constraint cart_items_unit_price_cents_check check (unit_price_cents >= 0)
);

create index idx_cart_items_variant_id on cart_items (variant_id);

create trigger products_updated_at before update on products for each row execute function set_updated_at();
create trigger product_variants_updated_at before update on product_variants
    for each row execute function set_updated_at();
create trigger customers_updated_at before update on customers for each row execute function set_updated_at();
create trigger addresses_updated_at before update on addresses for each row execute function set_updated_at();
create trigger carts_updated_at before update on carts for each row execute function set_updated_at();
create trigger cart_items_updated_at before update on cart_items for each row execute function set_updated_at();
