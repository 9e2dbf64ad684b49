-- Made-up users with their timers, tokens and phrases.
-- pgsteward.scale × 10 MB, on one version of PostgreSQL the same rows at each run of a day. As the owner, in a database
-- that is migrated and has none of it yet:
--     export PGOPTIONS='-c role=kennwilliamson -c pgsteward.scale=200'
--     psql -v ON_ERROR_STOP=1 -f generators/kennwilliamson.sql kennwilliamson

\ir parts/begin.sql

do $$
begin
    if exists (select from users) then
        raise object_not_in_prerequisite_state using message = 'kennwilliamson has users already',
            hint = 'data is generated into a database that has none';
    end if;
end
$$;

-- A version 7 of its time, the rest of which looks random and is not.
create or replace function pg_temp.id(at timestamptz, kind text, number bigint) returns uuid language sql stable as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
        || overlay(substr(md5(kind || number::text), 1, 19) placing 'a' from 4 for 1))::uuid
$$;

create temporary table person on commit drop as
select i, at, pg_temp.id(at, 'user', i) as id, random() as luck, random() as fate
from (select i, pg_temp.moment(0.02 + 0.98 * (i - 1) / pg_temp.scaled(3600)) as at
    from generate_series(1, pg_temp.scaled(3600)) i) as moments;
create unique index on person (i);
analyze person;

insert into users (id, email, password_hash, user_slug, active, created_at, updated_at)
select id, pg_temp.one_of(array['anna', 'jose', 'zoe', 'lukasz', 'soren', 'maria', 'jürgen', 'aisha'], i) || i || '@'
    || pg_temp.one_of(array['example.com', 'example.org', 'example.net', 'mail.example'],
    floor(luck * luck * 4)::integer), '$argon2id$v=19$m=19456,t=2,p=1$' || substr(md5('salt' || i), 1, 22) || '$'
    || md5('hash' || i) || substr(md5(i || 'hash'), 1, 11), pg_temp.one_of(array['anna', 'jose', 'zoe', 'lukasz',
    'soren', 'maria', 'juergen', 'aisha'], i) || '-' || i, fate < 0.93, at,
    at + (date_trunc('day', now()) - at) * luck * fate
from person;

insert into user_roles (user_id, role_id, created_at, updated_at)
select p.id, r.id, p.at, p.at
from person p join roles r on r.name = 'user' or (r.name = 'admin' and p.i % 400 = 1);

-- Most have one timer, which they set again and again; some have dozens.
insert into incident_timers (id, user_id, reset_timestamp, notes, created_at, updated_at)
select pg_temp.id(t.at, 'timer', t.i), p.id, t.at,
    case when t.luck < 0.4 then pg_temp.one_of(array['Deployed on a Friday.', 'Disk full, again.',
    'Certificate expired.', 'It was DNS.', 'Leap second.', 'Someone tripped over the cable.',
    'Café closed; no coffee.', 'A migration without lock_timeout.', 'バックアップ忘れ',
    'The cat. On the keyboard. In production.'], floor(t.more * t.more * 10)::integer) end, t.at, t.at
from (
    select i, 1 + floor((pg_temp.scaled(3600) - 1) * random() ^ 2 * i / pg_temp.scaled(14000))::integer as owner,
        pg_temp.moment(0.02 + 0.98 * i / pg_temp.scaled(14000)) as at, random() as luck, random() as more
    from generate_series(1, pg_temp.scaled(14000)) i
) as t join person p on p.i = t.owner;

-- A browser each, a month long; what is older is mostly swept away.
insert into refresh_tokens (id, user_id, token_hash, expires_at, last_used_at, created_at, updated_at)
select pg_temp.id(t.at, 'token', t.i), p.id, sha256(convert_to('token' || t.i, 'UTF8')), t.at + interval '30 days',
    case when t.luck < 0.8 then t.at end, t.at, t.at
from (
    select i, random() as luck, 1 + floor(pg_temp.scaled(3600) * random())::integer as owner,
        greatest(date_trunc('day', now()) - interval '45 days' * random() ^ 1.5, pg_temp.moment(0.02)) as at
    from generate_series(1, pg_temp.scaled(9000)) i
) as t join person p on p.i = t.owner;

create temporary table suggestion on commit drop as
select t.i, p.id as owner, t.at, t.luck, t.more, case when t.i > pg_temp.scaled(6000) * 0.97 then 'pending'
    when t.luck < 0.25 then 'approved' else 'rejected' end as status, pg_temp.one_of(array['The', 'Our', 'Every',
    'Somebody''s', 'That one', 'A'], t.i) || ' ' || pg_temp.one_of(array['replica', 'cache', 'certificate',
    'cron job', 'queue', 'firewall', 'naïve retry', 'pager'], t.i / 6) || ' '
    || pg_temp.one_of(array['has behaved', 'is asleep', 'was fixed', 'asked for a holiday',
    'is greener than yesterday'], t.i / 48) || ' for ' || t.i || ' ' || pg_temp.one_of(array['minutes', 'hours',
    'days', 'deploys', 'coffees ☕'], floor(t.more * 5)::integer) || '.' as phrase
from (
    select i, 1 + floor((pg_temp.scaled(3600) - 1) * random() ^ 3 * i / pg_temp.scaled(6000))::integer as owner,
        pg_temp.moment(0.1 + 0.9 * i / pg_temp.scaled(6000)) as at, random() as luck, random() as more
    from generate_series(1, pg_temp.scaled(6000)) i
) as t join person p on p.i = t.owner;

insert into phrase_suggestions (id, user_id, phrase_text, status, reviewed_by, reviewed_at, created_at, updated_at)
select pg_temp.id(s.at, 'suggestion', s.i), s.owner, s.phrase, s.status, case when s.status <> 'pending'
    and s.luck > 0.02 then admin.id end, case when s.status <> 'pending' then reviewed end, s.at,
    case when s.status <> 'pending' then reviewed else s.at end
from (select *, at + (date_trunc('day', now()) - at) * 0.1 * more as reviewed from suggestion) as s
cross join (select id from person where i = 1) as admin;

-- What was approved is a phrase, of the one who suggested it.
insert into phrases (id, phrase_text, active, created_by, created_at, updated_at)
select pg_temp.id(at, 'phrase', i), phrase, luck < 0.22, case when luck > 0.01 then owner end, at, at
from suggestion where status = 'approved';

-- The longer a phrase is there, the more are tired of it. Pairs do not repeat: each user walks on in steps.
insert into user_excluded_phrases (user_id, phrase_id, created_at, updated_at)
select p.id, all_phrases.ids[1 + (floor(p.luck ^ 3 * count)::integer + n * (1 + count / 7)) % count], later, later
from (select i, id, luck, fate, at + (date_trunc('day', now()) - at) * fate as later from person) as p
cross join (select array_agg(id order by created_at, id) as ids, count(*)::integer as count
    from phrases) as all_phrases
cross join generate_series(0, 5) n
where p.fate > 0.2 + n * 0.13;

\ir parts/end.sql

analyze users, roles, user_roles, incident_timers, refresh_tokens, phrases, user_excluded_phrases, phrase_suggestions;
commit;
