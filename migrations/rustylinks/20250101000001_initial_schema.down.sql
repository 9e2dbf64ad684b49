-- pgsteward: allow ban-drop-table because that is what taking back the first migration means
-- pgsteward: allow ban-drop-function because only these tables use them
drop table link_tags, link_licenses, link_languages, link_categories;
drop table tags, licenses, languages, categories, links, users;
drop function refuse_change_of_global();
drop function set_updated_at();
