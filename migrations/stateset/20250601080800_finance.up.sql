-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- The money. Nothing here disappears because something else is deleted: every reference restricts.

create table invoices (
    id bigint generated always as identity primary key,
    invoice_number text not null,
    order_id bigint not null references orders (id) on delete restrict,
    customer_id bigint not null references customers (id) on delete restrict,
    status text not null default 'draft',
    currency text not null default 'EUR',
    amount_cents bigint not null,
    issued_on date,
    due_on date,
    paid_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint invoices_invoice_number_key unique (invoice_number),
    constraint invoices_status_check check (status in ('draft', 'issued', 'paid', 'overdue', 'void')),
    constraint invoices_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint invoices_amount_cents_check check (amount_cents >= 0),
    constraint invoices_due_on_check check (due_on >= issued_on and (status = 'draft' or due_on is not null)),
    constraint invoices_paid_at_check check ((status = 'paid') = (paid_at is not null))
);

create index idx_invoices_order_id on invoices (order_id);
create index idx_invoices_customer_id on invoices (customer_id);
-- Who owes what, and since when.
create index idx_invoices_unpaid on invoices (due_on) include (customer_id, amount_cents, currency)
    where status in ('issued', 'overdue');

create table cash_sales (
    id bigint generated always as identity primary key,
    sale_number text not null,
    order_id bigint references orders (id) on delete restrict,
    customer_id bigint references customers (id) on delete restrict, -- most stay unknown
    sold_by bigint references users (id) on delete restrict,
    location text not null,
    currency text not null default 'EUR',
    amount_cents bigint not null,
    created_at timestamptz not null default now(),
    constraint cash_sales_sale_number_key unique (sale_number),
    constraint cash_sales_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint cash_sales_amount_cents_check check (amount_cents >= 0)
);

create index idx_cash_sales_order_id on cash_sales (order_id) where order_id is not null;
create index idx_cash_sales_customer_id on cash_sales (customer_id) where customer_id is not null;
create index idx_cash_sales_sold_by on cash_sales (sold_by) where sold_by is not null;

create table payments (
    id bigint generated always as identity primary key,
    invoice_id bigint references invoices (id) on delete restrict,
    cash_sale_id bigint references cash_sales (id) on delete restrict,
    method text not null,
    provider_reference text,
    status text not null default 'pending',
    currency text not null default 'EUR',
    amount_cents bigint not null,
    captured_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint payments_for_check check (num_nonnulls(invoice_id, cash_sale_id) = 1),
    constraint payments_method_check check (method in ('card', 'paypal', 'bank_transfer', 'direct_debit', 'cash')),
    constraint payments_status_check check (status in ('pending', 'authorized', 'captured', 'failed', 'refunded')),
    constraint payments_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint payments_amount_cents_check check (amount_cents > 0),
    constraint payments_captured_at_check check ((status in ('captured', 'refunded')) = (captured_at is not null))
);

-- A provider that tells us twice is believed once.
create unique index uq_payments_provider_reference on payments (provider_reference)
    where provider_reference is not null;
create index idx_payments_invoice_id on payments (invoice_id) where invoice_id is not null;
create index idx_payments_cash_sale_id on payments (cash_sale_id) where cash_sale_id is not null;
create index idx_payments_unsettled on payments (created_at) where status in ('pending', 'authorized');

create table item_receipts (
    id bigint generated always as identity primary key,
    purchase_order_item_id bigint not null references purchase_order_items (id) on delete restrict,
    asn_id bigint references advanced_shipping_notices (id) on delete restrict,
    inventory_id bigint references inventory (id) on delete restrict,
    received_by bigint references users (id) on delete restrict,
    quantity integer not null,
    received_at timestamptz not null default now(),
    constraint item_receipts_quantity_check check (quantity > 0)
);

create index idx_item_receipts_purchase_order_item_id on item_receipts (purchase_order_item_id);
create index idx_item_receipts_asn_id on item_receipts (asn_id) where asn_id is not null;
create index idx_item_receipts_inventory_id on item_receipts (inventory_id) where inventory_id is not null;
create index idx_item_receipts_received_by on item_receipts (received_by) where received_by is not null;

create trigger invoices_updated_at before update on invoices for each row execute function set_updated_at();
create trigger payments_updated_at before update on payments for each row execute function set_updated_at();
