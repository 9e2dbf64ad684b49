-- pgsteward: allow ban-drop-column because the scheduler looks at everything again within a day
-- pgsteward: allow require-concurrent-index-deletion because the lock that drops the column is needed anyway
-- The column's indexes go with it, and before it, so that the file says all that it does.
drop index idx_links_unchecked;
drop index idx_links_last_checked;
alter table links drop column last_checked;
