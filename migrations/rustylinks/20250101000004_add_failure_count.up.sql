-- pgsteward: allow prefer-bigint-over-int because a link that fails is given up long before two thousand million times
-- How often in a row a link could not be reached. A constant default rewrites nothing.

alter table links add column consecutive_failures integer not null default 0;
