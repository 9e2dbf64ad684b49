-- no-transaction
drop index concurrently if exists idx_items_name_trgm;
