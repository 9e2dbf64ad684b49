-- pgsteward: allow ban-drop-table because the purchases go with the tables
drop table advanced_shipping_notices, purchase_order_items, purchase_orders;
