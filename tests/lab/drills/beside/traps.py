"""A trap that an owner has left behind an assertion, and what it says of whoever it has caught."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ...backups.depot import Depot

LOOK = """
    id -u
    cat /etc/pgsteward/*/* /etc/pgbackrest/* /var/lib/postgresql/17/shop/PG_VERSION 2> /dev/null | head -c 40
    ls /run/postgresql /var/run/postgresql /var/lib/pgsteward /var/log/postgresql 2> /dev/null
    /usr/lib/postgresql/17/bin/pg_isready -q -h 127.0.0.1 -t 2 && echo a server
    /usr/lib/postgresql/17/bin/pg_isready -q -h /run/postgresql -t 2 && echo its socket
    touch /usr/planted /var/lib/postgresql/planted 2> /dev/null && echo written
    grep -q 'CapBnd:.0000000000000000' /proc/self/status || echo rights
    true
"""
"""What an owner's program finds; where it is shut in, its own number and nothing else."""
SEEN = f"exec > /tmp/seen; cat > /dev/null; {'; '.join(line.strip() for line in LOOK.strip().splitlines())}"
"""A query that may only read can have this run all the same."""
TRAP = f"""
    create function looked() returns text language plpgsql as $body$
    begin
        copy (select 1) to program $look${SEEN}$look$;
        return replace(trim(e'\\n' from pg_read_file('/tmp/seen')), e'\\n', ' | ');
    end $body$;
    create function sprung(int) returns boolean language plpgsql as $body$
    begin
        if current_setting('archive_mode') = 'off' then -- in each copy, whoever runs it
            raise exception 'sprung: %.', public.looked();
        end if;
        return true;
    end $body$;
    alter function looked() owner to shop;
    alter function sprung(int) owner to shop;
"""
OWN = r"sprung: (\d+)\."


@contextmanager
def trap(drills: Depot) -> Iterator[None]:
    """The table behind the declared assertion is a view, in each copy that is made meanwhile."""
    drills.sql("d1", TRAP)
    drills.sql("d1", "alter table orders rename to kept")
    drills.sql("d1", "create view orders as select id, case when sprung(id) then lines end as lines from kept")
    drills.archived("d1")
    try:
        yield
    finally:
        drills.sql("d1", "drop view orders; alter table kept rename to orders")
        drills.sql("d1", "drop function if exists looked, sprung cascade")
        drills.archived("d1")


def short_lived(text: str) -> bool:
    """Whether it ran as a user that systemd has made for it, and found nothing."""
    found = re.search(OWN, text)
    return found is not None and int(found[1]) in range(61184, 65520)
