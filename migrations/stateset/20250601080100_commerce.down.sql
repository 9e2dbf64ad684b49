-- pgsteward: allow ban-drop-table because what is sold goes with the tables
drop table cart_items, carts, addresses, customers, product_variants, products;
