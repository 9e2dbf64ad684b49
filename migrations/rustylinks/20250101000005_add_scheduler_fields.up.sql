-- pgsteward: allow require-concurrent-index-creation because a person has thousands of links, indexed in milliseconds
-- When a link was looked at, for the scheduler: what was never seen comes first, then what was seen longest ago.

alter table links add column last_checked timestamptz;

create index idx_links_last_checked on links (last_checked) where last_checked is not null;
create index idx_links_unchecked on links (created_at) where last_checked is null;
