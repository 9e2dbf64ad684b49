"""The environments that the lab tests deploy, each with a network of its own."""

SHOP = """
purpose: development
secrets: {from: file, path: DIRECTORY/secrets.yml}
ssh: {user: root, key: /var/lib/pgsteward-lab/id_ed25519, known_hosts: /var/lib/pgsteward-lab/labs/shop/known_hosts}
clusters:
  shop:
    postgresql: 17
    connections: 60
    nodes:
      shop1: {address: 198.18.130.11, duty: primary, hardware: {memory: 2GB, cpus: 2}}
      shop2: {address: 198.18.130.12, duty: standby, hardware: {memory: 2GB, cpus: 2}}
      shop3: {address: 198.18.130.13, duty: standby, hardware: {memory: 2GB, cpus: 2}}
    roles:
      shop: {}
      shop_app: {login: true}
      shop_reader: {login: true}
    databases:
      shop: {owner: shop, grants: {shop_app: write, shop_reader: read}, extensions: [pg_trgm, uuid-ossp, hypopg]}
    access:
      - {databases: [shop], roles: [shop_app, shop_reader], from: [198.18.130.0/24]}
x-lab: {suite: trixie, network: 198.18.130.0/24, disk: 3GB}
"""

# One run, three releases, three clusters; a login user with sudo, behind a hardened sshd. What the others do not have:
# synchronous commits, a delayed standby, a port and a data directory of one's own, passwords of every kind.
SUITES = """
purpose: staging
secrets: {from: file, path: DIRECTORY/secrets.yml}
ssh: {user: deploy, key: /var/lib/pgsteward-lab/id_ed25519, known_hosts: /var/lib/pgsteward-lab/labs/suites/known_hosts}
clusters:
  twelve:
    postgresql: 15
    workload: web
    connections: 40
    nodes:
      b1: {address: 198.18.131.11, duty: primary, hardware: {memory: 1GB}}
      b2: {address: 198.18.131.12, duty: standby, hardware: {memory: 1GB}}
    settings: # in spellings that PostgreSQL shows otherwise
      max_locks_per_transaction: {value: 1e2, why: many partitions}
      work_mem: {value: 0.004GB, why: small sorts}
      jit: {value: no, why: short queries}
    roles: {links: {}, links_app: {login: true}}
    databases: {links: {owner: links, grants: {links_app: write}, extensions: [citext]}}
    replication: {synchronous: {method: first, number: 1, standbys: [b2]}}
    access:
      - {databases: [links], roles: [links_app], from: [198.18.131.0/24]}
  thirteen:
    postgresql: 17
    workload: mixed
    connections: 40
    port: 5433
    data_directory: /var/lib/postgresql/thirteen
    nodes:
      t1: {address: 198.18.131.21, duty: primary, hardware: {memory: 1GB}}
      t2: {address: 198.18.131.22, duty: standby, delay: 1h, hardware: {memory: 1GB}}
    settings: # in spellings that PostgreSQL shows otherwise
      idle_session_timeout: {value: 90min, why: forgotten sessions}
      checkpoint_timeout: {value: 0.25h, why: less to replay}
      vacuum_buffer_usage_limit: {value: 2MB, why: a small cache}
      vacuum_cost_delay: {value: 1500us, why: slow disks}
      random_page_cost: {value: "1.50", why: slow disks}
      log_statement: {value: DDL, why: audits}
      wal_compression: {value: "TRUE", why: a slow network}
      track_io_timing: {value: yes, why: reports}
      temp_file_limit: {value: -1, why: the disk is large}
      datestyle: {value: "iso, dmy", why: the reports' readers}
      search_path: {value: '"$user",public', why: as ever}
      log_timezone: {value: utc, why: hosts differ}
      auto_explain.log_min_duration: {value: 5s, why: for sessions that load it}
      pg_stat_statements.track: {value: ALL, why: functions}
  fourteen:
    postgresql: 18
    workload: dw
    connections: 20
    nodes:
      f1: {address: 198.18.131.31, duty: primary, hardware: {memory: 1GB}}
      f2: {address: 198.18.131.32, duty: standby, hardware: {memory: 1GB}}
    roles: {lake: {}, "lake reader": {login: true}}
    databases: {lake: {owner: lake, grants: {"lake reader": read}}}
    access:
      - {databases: [lake], roles: ["lake reader"], from: [198.18.131.0/24]}
x-lab:
  network: 198.18.131.0/24
  disk: 2GB
  hardened: true
  nodes:
    b1: {suite: bookworm}
    b2: {suite: bookworm}
    t1: {suite: trixie}
    t2: {suite: trixie}
    f1: {suite: forky}
    f2: {suite: forky}
"""

# Certificates of an authority that is not pgsteward's, as a company has one.
TWO = """
purpose: development
secrets: {from: file, path: DIRECTORY/secrets.yml}
tls: {from: files, authority: DIRECTORY/company.crt, certificate: "DIRECTORY/{node}.crt"}
ssh: {user: root, key: /var/lib/pgsteward-lab/id_ed25519, known_hosts: /var/lib/pgsteward-lab/labs/two/known_hosts}
clusters:
  alpha:
    postgresql: 17
    connections: 20
    nodes:
      a1: {address: 198.18.132.11, duty: primary, hardware: {memory: 1GB}}
      a2: {address: 198.18.132.12, duty: standby, hardware: {memory: 1GB}}
  beta:
    postgresql: 17
    connections: 20
    nodes:
      c1: {address: 198.18.132.21, duty: primary, hardware: {memory: 1GB}}
x-lab: {suite: trixie, network: 198.18.132.0/24, disk: 2GB, installed: true}
"""
