-- pgsteward: allow ban-drop-table because the books go with the tables
drop table item_receipts, payments, cash_sales, invoices;
