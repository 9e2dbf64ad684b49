-- Made-up users with their links.
-- pgsteward.scale × 10 MB, on one version of PostgreSQL the same rows at each run of a day. As the owner, in a database
-- that is migrated and has none of it yet:
--     export PGOPTIONS='-c role=rustylinks -c pgsteward.scale=200'
--     psql -v ON_ERROR_STOP=1 -f generators/rustylinks.sql rustylinks

\ir parts/begin.sql

do $$
begin
    if exists (select from users) then
        raise object_not_in_prerequisite_state using message = 'rustylinks has users already',
            hint = 'data is generated into a database that has none';
    end if;
end
$$;

-- A key that looks random and is not.
create or replace function pg_temp.id(kind text, number bigint) returns uuid language sql immutable as $$
    select overlay(overlay(md5(kind || number::text) placing '4' from 13) placing 'a' from 17)::uuid
$$;

insert into users (id, email, password_hash, created_at)
select pg_temp.id('user', i), pg_temp.one_of(array['anna', 'jose', 'zoe', 'lukasz', 'soren', 'maria', 'jürgen',
    'aisha'], i) || i || '@' || pg_temp.one_of(array['example.com', 'example.org', 'example.net', 'mail.example'], i),
    '$argon2id$v=19$m=19456,t=2,p=1$' || substr(md5('salt' || i), 1, 22) || '$' || substr(md5('hash' || i), 1, 32)
    || substr(md5(i || 'hash'), 1, 11), pg_temp.moment(i::float / pg_temp.scaled(24) * 0.3)
from generate_series(1, pg_temp.scaled(24)) i;

insert into sessions (id, user_id, created_at)
select md5('session' || i || random()) || md5(random() || 'session'), pg_temp.id('user', 1 + i % pg_temp.scaled(24)),
    date_trunc('day', now()) - interval '60 days' * random() ^ 2
from generate_series(1, pg_temp.scaled(40)) i;

-- Four outermost categories, and up to five and four below them.
insert into categories (id, user_id, name, parent_id, depth, sort_order, created_at)
select pg_temp.id('category', u * 16 + j), pg_temp.id('user', u), (array['Work', 'Home', 'Lesen', 'Später',
    'Databases', 'Networks', 'Cooking', 'Музыка', 'Vélos', 'Replication', 'Backups', 'WAL', 'Kernel'])[j],
    case when j <= 4 then null else pg_temp.id('category', u * 16 + case when j <= 9 then 1 + j % 4
    else 5 + j % 5 end) end, case when j <= 4 then 0 when j <= 9 then 1 else 2 end, case when j % 3 > 0 then j end,
    pg_temp.moment(0.3 + 0.7 * j / 13)
from generate_series(1, pg_temp.scaled(24)) u cross join generate_series(1, 13) j
where j <= 9 + u % 5;

insert into tags (id, user_id, name, created_at)
select pg_temp.id('tag', u * 32 + j), case when u > 0 then pg_temp.id('user', u) end,
    (array['async', 'postgres', 'to-read', 'cli', 'web', 'rust', 'déjà-vu', 'embedded', 'wasm', 'game', 'math', 'ml',
    'ops', 'paper', 'video', 'podcast', 'book', 'tool', 'library', 'framework', 'tutorial', '日本語', 'security',
    'crypto', 'network', 'kernel', 'art', 'maps', 'music', 'retro', 'fun'])[j], pg_temp.moment(0.3)
from generate_series(0, pg_temp.scaled(24)) u cross join generate_series(1, 31) j
where u > 0 or j <= 5;

insert into languages (id, user_id, name, created_at)
select pg_temp.id('language', u), pg_temp.id('user', u), pg_temp.one_of(array['Zig', 'Nim', 'OCaml', 'Prolog',
    'Fortran'], u / 4), pg_temp.moment(0.4)
from generate_series(1, pg_temp.scaled(24)) u where u % 4 = 0;

-- Some have a hundred links, some ten thousand.
create temporary table link on commit drop as
select i, pg_temp.id('link', i) as id, 1 + floor(pg_temp.scaled(24) * random() ^ 3)::integer as u,
    floor(random() ^ 2 * 20)::integer as host, random() as luck, random() as fate, random() as more,
    pg_temp.moment(0.3 + 0.7 * i / pg_temp.scaled(8600)) as at
from generate_series(1, pg_temp.scaled(8600)) i;

insert into links (id, user_id, url, domain, path, title, description, logo, source_code_url, documentation_url,
    notes, status, github_stars, github_archived, github_last_commit, created_at, updated_at, refreshed_at,
    consecutive_failures, last_checked)
select id, pg_temp.id('user', u), 'https://' || domain || path, domain, path,
    case when fate < 0.95 then initcap(replace(slug, '-', ' ')) end, case when luck < 0.7 then 'A '
    || pg_temp.one_of(array['fast', 'small', 'friendly', 'correct', 'schöne', 'well-tested'], i) || ' '
    || pg_temp.one_of(array['library', 'tool', 'server', 'article', 'guide'], i) || ' for '
    || pg_temp.one_of(array['parsing dates', 'drawing maps', 'talking to PostgreSQL', 'brewing ☕', 'testing',
    'queues and streams', 'command lines', 'naïve Bayes'], i / 7) || case
    when luck < 0.2 then ', with examples, a book, and a community that answers within the hour' else '' end end,
    case when luck < 0.05 then decode(repeat(md5('logo' || i), 8), 'hex') end,
    case when host < 3 then 'https://' || domain || path end, case when more < 0.3 then 'https://docs.example/'
    || slug end, case when more > 0.9 then 'Seen at the meetup; ask ' || pg_temp.person(i) || ' about it.' end,
    case when fate < 0.9 then 'active' when fate < 0.95 then 'archived' when fate < 0.98 then 'inaccessible'
    else 'repo_unavailable' end, case when host < 3 then floor(10 / (more + 0.0001))::integer end,
    case when host < 3 then fate between 0.9 and 0.95 end,
    case when host < 3 then (at - interval '300 days' * more)::date end, at,
    at + (date_trunc('day', now()) - at) * more * luck, case when luck < 0.8 then at + (date_trunc('day',
    now()) - at) * more end, case when fate < 0.95 then 0 else 1 + floor(luck * 12)::integer end,
    case when luck < 0.97 then date_trunc('day', now()) - least(interval '7 days' * more,
    date_trunc('day', now()) - at) end
from (
    select *, pg_temp.one_of(array['github.com', 'github.com', 'gitlab.example', 'docs.example', 'crates.example',
        'blog.example', 'news.example', 'wiki.example', 'bücher.example', 'video.example'], host / 2) as domain,
        '/' || pg_temp.one_of(array['tokio', 'serde', 'apache', 'örg', 'acme', 'initech'], i) || '/' || slug as path
    from (
        select *, pg_temp.one_of(array['tiny', 'hyper', 'open', 'lazy', 'quick', 'über'], i / 3) || '-'
            || pg_temp.one_of(array['parser', 'cache', 'router', 'index', 'proxy', 'shell', 'atlas'], i / 5) || '-'
            || i as slug
        from link
    ) as slugged
) as placed;

insert into link_categories (link_id, category_id)
select id, pg_temp.id('category', u * 16 + 1 + (i + k * 4) % 9)
from link cross join generate_series(0, 1) k
where luck < case k when 0 then 0.85 else 0.25 end;

insert into link_tags (link_id, tag_id, order_num)
select id, pg_temp.id('tag', u * 32 + 1 + (floor(more * more * 31)::integer + k * 7) % 31), k
from link cross join generate_series(0, 4) k
where fate < 1.0 - k * 0.22;

insert into link_languages (link_id, language_id, order_num)
select l.id, k.ids[1 + (floor(l.fate * l.fate * cardinality(k.ids))::integer + n * 3) % cardinality(k.ids)], n
from link l
cross join (select array_agg(id order by name) as ids from languages where user_id is null) k
cross join generate_series(0, 2) n
where l.host < 5 and l.luck < 0.9 - n * 0.35 and n < cardinality(k.ids);

insert into link_licenses (link_id, license_id, order_num)
select l.id, k.ids[1 + (floor(l.more ^ 3 * cardinality(k.ids))::integer + n * 3) % cardinality(k.ids)], n
from link l
cross join (select array_agg(id order by name = 'MIT' desc, name) as ids from licenses where user_id is null) k
cross join generate_series(0, 1) n
where l.host < 4 and l.fate < 0.9 - n * 0.8 and n < cardinality(k.ids);

\ir parts/end.sql

analyze users, sessions, links, categories, languages, licenses, tags, link_categories, link_languages, link_licenses,
    link_tags;
commit;
