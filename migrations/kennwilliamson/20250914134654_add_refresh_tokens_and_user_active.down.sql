-- pgsteward: allow ban-drop-table because it logs everybody out, and nothing else
-- pgsteward: allow ban-drop-column because without it every account is active, as before
drop table refresh_tokens;
alter table users drop column active;
