-- pgsteward: allow ban-drop-table because that is what taking back the first migration means
-- pgsteward: allow ban-drop-function because the migrations after this one, which use it, are taken back before it
drop table password_reset_tokens, refresh_tokens, api_keys, users;
drop function set_updated_at();
