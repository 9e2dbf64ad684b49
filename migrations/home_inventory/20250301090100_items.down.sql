-- pgsteward: allow ban-drop-table because the things go with the tables
drop table item_photos, items, locations, categories;
