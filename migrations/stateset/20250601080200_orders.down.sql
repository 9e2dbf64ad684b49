-- pgsteward: allow ban-drop-table because the orders go with the tables
drop table fulfillment_orders, order_items, orders;
