"""A lab host whose directories of postgres' are full of links into root's, and what has become of root's."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from tasks.shell import script

from .deployed import Deployed
from .operator import Outcome, eventually

STORE = "endpoint: s3, path_style: true, authority: /var/lib/pgsteward-lab/labs/planted/s3/ca.pem, bucket: backups"
PLANTED = f"""
purpose: development
secrets: {{from: file, path: DIRECTORY/secrets.yml}}
ssh:
  user: root
  key: /var/lib/pgsteward-lab/id_ed25519
  known_hosts: /var/lib/pgsteward-lab/labs/planted/known_hosts
clusters:
  shop:
    postgresql: 17
    connections: 40
    nodes:
      pl1: {{address: 198.18.173.11, duty: primary, hardware: {{memory: 1GB}}}}
      pl2: {{address: 198.18.173.12, duty: standby, hardware: {{memory: 1GB}}}}
    roles: {{shop: {{}}}}
    databases: {{shop: {{owner: shop, migrations: {{folder: DIRECTORY/migrations}}}}}}
    backups: {{rpo: 30s, repositories: {{far: {{s3: {{{STORE}}}}}}}}}
    dumps: {{reserve: 100MB}}
    drills:
      restore: {{node: pl1, when: sunday 04:00, repository: far, rto: 10min, rpo: 10min, on_primary: true}}
      dump: {{node: pl1, when: thursday 04:00, rto: 10min, rpo: 26h, on_primary: true}}
      switchover: {{rto: 60s, rpo: 1s}}
      load: 100000
x-lab:
  network: 198.18.173.0/24
  suite: trixie
  disk: 3GB
  s3: {{bucket: backups, key: labaccesskey00000001, secret: labsecretkey0000000000000001}}
"""
NODES = ("pl1", "pl2")
UNIT = "postgresql@17-shop"

# What is root's: kind, mode, owner, size and target of everything, and when a file was last changed in any way (%C): no
# content, owner or mode changes without that. /var/lib/postgresql is a disk of its own, and so is /run.
FINGERPRINT = r"""
find / -xdev \( PRUNED \) -prune -o -type d -printf '%p %y %m %u %g\n' -o -printf '%p %y %m %u %g %s %C@ %l\n' | sort
find /run -maxdepth 1 -printf '%p %y %m %u %g\n' | sort
"""
OTHERS = {
    # postgres' own
    *(
        "/etc/postgresql",
        "/var/lib/pgsteward",
        "/var/lib/pgbackrest",
        "/var/spool/pgbackrest",
        "/var/backups/pgsteward",
    ),
    *("/var/log/postgresql", "/var/log/pgbackrest", "/var/log/pgsteward", "/var/lib/postgresql"),
    # what a host does by itself, and logging in
    *("/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/log/journal", "/var/lib/systemd", "/var/log/wtmp"),
    *(
        "/var/log/lastlog",
        "/var/log/wtmp.db",
        "/var/lib/wtmpdb",
        "/var/lib/lastlog",
        "/var/lib/logrotate",
        "/var/cache",
    ),
    # what is root's and belongs to a verb: the description of the cluster, which holds the changed setting; a fence
    *("/etc/pgsteward/shop/steward.json", f"/etc/systemd/system/{UNIT}.service"),
}
VICTIMS = """
mkdir -m 0700 /root/victims /root/victims/directory
for name in file shop full; do echo "root's" > /root/victims/$name; chmod 0600 /root/victims/$name; done
cp -r /root/victims/file /root/victims/directory/x; mkdir /root/victims/directory/shop
mkdir -m 0755 /opt/victims; echo "root's" > /opt/victims/x; echo "root's" > /etc/victim
"""

# As postgres; a name a line on standard input. What is there stays, unless it is a directory to be replaced.
PLANT = r"""
number=0
while read -r name; do
    number=$((number + 1))
    case $KIND in
        files) set -- /root/victims/file /etc/victim "/etc/planted-$number" ;;
        directories) set -- /root/victims/directory /opt/victims "/opt/planted-$number" ;;
    esac
    shift $((number % 3))
    [ -e "$name" ] || [ -L "$name" ] || ln -s "$1" "$name" 2> /dev/null && echo "$name"
done
true
"""
# As postgres; a directory of his a line. It is moved aside, and a link stands where it was.
REPLACE = r"""
number=0
while read -r name; do
    number=$((number + 1))
    set -- /root/victims/directory /opt/victims
    shift $((number % 2))
    [ -d "$name" ] && [ ! -L "$name" ] && mv -T "$name" "$name.aside" 2> /dev/null || continue
    ln -s "$1" "$name" && echo "$name"
done
true
"""
KEPT = ("/var/lib/postgresql", "/run", "/etc/postgresql/17/shop")
"""What a server that runs cannot do without: moved aside, they only stop it."""
MANY = 500
WEED = r"""
while read -r name; do
    [ ! -L "$name" ] || rm -f "$name"
    [ ! -d "$name.aside" ] || { rm -rf "$name"; mv -T "$name.aside" "$name"; }
done
"""


@dataclass(frozen=True)
class Planted(Deployed):
    """The deployed lab; `names` are those that its verbs were seen to use, by node."""

    names: dict[str, set[str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.lab.environment.parent / "migrations"

    # --- what is used

    def record(self) -> None:
        text = Path(__file__).with_name("recorder.py").read_text(encoding="utf-8")
        for node in NODES:
            self.lab.ssh(node, f"cat > /root/recorder.py <<'END'\n{text}\nEND")
            self.lab.ssh(node, "nohup python3 /root/recorder.py /root/recorded > /dev/null 2>&1 & echo $! > /root/pid")
            self.lab.ssh(node, "until grep -qs ^ready /root/recorded; do sleep 0.1; done")

    def recorded(self) -> None:
        for node in NODES:
            text = self.lab.ssh(node, "kill $(cat /root/pid); cat /root/recorded; rm /root/recorder.py /root/recorded")
            self.names[node] = set(text.splitlines()) - {"ready"}

    # --- what is planted

    def plant(self, node: str, kind: str) -> list[str]:
        """Links of a kind at every name that was used and is free, or (`instead`) in the place of every directory in
        which one was; the names."""
        program, names = PLANT, sorted(self.names[node])
        if kind == "instead":
            program = REPLACE
            names = sorted({name.rpartition("/")[0] for name in names if not name.startswith(KEPT)})
        self.told(node, names)
        command = f"runuser -u postgres -- env KIND={kind} sh -c {shlex.quote(program)} < /tmp/names"
        return self.lab.ssh(node, f"cd /; {command}").splitlines()

    def weed(self, node: str, names: list[str]) -> None:
        self.told(node, names)
        self.lab.ssh(node, f"cd /; runuser -u postgres -- sh -c {shlex.quote(WEED)} < /tmp/names; rm /tmp/names")

    def told(self, node: str, names: list[str]) -> None:
        """Names in a file of the node, some hundreds at a time: a command line has its bounds."""
        self.lab.ssh(node, "rm -f /tmp/names; install -m 0644 /dev/null /tmp/names")
        for first in range(0, len(names), MANY):
            listing = "\n".join(names[first : first + MANY])
            self.lab.ssh(node, f"cat >> /tmp/names <<'END'\n{listing}\nEND")

    def fingerprint(self, node: str) -> set[str]:
        pruned = " -o ".join(f"-path {path}" for path in sorted(OTHERS))
        return set(self.lab.ssh(node, FINGERPRINT.replace("PRUNED", pruned)).splitlines())

    # --- the verbs

    def deploy(self, number: int) -> Outcome:
        """With a changed setting and one migration more."""
        self.folder.mkdir(exist_ok=True)
        for way, text in {"up": f"create table t{number} (i int);", "down": f"drop table t{number};"}.items():
            (self.folder / f"2026010100000{number}_t{number}.{way}.sql").write_text(f"{text}\n", encoding="utf-8")
        why = {"value": f"{250 + number}ms", "why": "we look closer"}
        self.operator.edit(shop={"settings": {"log_min_duration_statement": why}})
        return self.operator.pyinfra("-y")

    def verb(self, deploy: str, *words: str) -> Outcome:
        return self.operator.pyinfra("-y", *words, deploy=f"backup/{deploy}.py")

    @property
    def primary(self) -> str:
        """The declared one."""
        nodes = self.operator.document["clusters"]["shop"]["nodes"]
        return next(name for name in NODES if nodes[name]["duty"] == "primary")

    def promoted(self) -> Outcome:
        """The primary is lost, and the standby takes its place."""
        self.lab.ssh(self.primary, f"systemctl kill --signal=KILL {UNIT}")
        return self.verb("promote", "--data", "cluster=shop")

    def settled(self, said: str) -> None:
        """The environment says what a promotion has said, if there was one; a deploy makes good what has failed."""
        if "is primary: write standby" in said:
            self.operator.obey(said)
        self.operator.deploy()
        query = "select count(*) from pg_stat_replication where state = 'streaming'"
        eventually(lambda: self.sql(self.primary, query), ["1"], 60)

    def fenced(self, node: str) -> dict[str, tuple[int, str]]:
        """A fence and its end, by the scripts that the verbs run; the server runs again."""
        found = {}
        for name, words in {"fence": ("17", "shop", "it is tried"), "unfence": ("17", "shop")}.items():
            done = self.lab.attempt(node, script(name, *words).get_raw_value())
            found[name] = (done.returncode, done.stdout + done.stderr)
        self.lab.ssh(node, f"systemctl unmask {UNIT}; systemctl start {UNIT}")
        return found
