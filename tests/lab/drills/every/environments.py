"""A cluster that declares every kind of drill: three servers, two repositories, dumps, and a spare host."""

SSH = "{user: root, key: /var/lib/pgsteward-lab/id_ed25519, known_hosts: /var/lib/pgsteward-lab/labs/every/known_hosts}"
STORE = "endpoint: s3, path_style: true, authority: /var/lib/pgsteward-lab/labs/every/s3/ca.pem"

EVERY = f"""
purpose: development
secrets: {{from: file, path: DIRECTORY/secrets.yml}}
ssh: {SSH}
clusters:
  shop:
    postgresql: 17
    connections: 40
    nodes:
      pg1: {{address: 198.18.147.11, duty: primary, hardware: {{memory: 2GB}}}}
      pg2: {{address: 198.18.147.12, duty: standby, hardware: {{memory: 2GB}}}}
      pg3: {{address: 198.18.147.13, duty: standby, hardware: {{memory: 2GB}}}}
      backup1: {{address: 198.18.147.14, duty: repository}}
    replication: {{synchronous: {{method: any, number: 1}}}}
    backups:
      rpo: 5s
      repositories:
        near: {{host: backup1}}
        far: {{s3: {{{STORE}, bucket: backups}}}}
    dumps:
      encryption: {{age: [RECIPIENT]}}
      targets: {{offsite: {{s3: {{{STORE}, bucket: dumps, create: true}}}}}}
    drills:
      restore: {{node: pg2, when: sunday 04:00, repository: near, rto: 10min, rpo: 60s}}
      pitr: {{node: pg2, when: tuesday 04:00, repository: far, rto: 10min, rpo: 5s}}
      dump: {{node: pg2, when: thursday 04:00, rto: 10min, rpo: 26h}}
      disaster: {{repository: far, hosts: {{pg1: 198.18.147.21}}, rto: 10min, rpo: 60s}}
      failover: {{rto: 60s, rpo: 1s}}
      switchover: {{rto: 30s, rpo: 1s}}
      node: {{rto: 10min}}
      assertions: {{shop: [DIRECTORY/accounts_have_branches.sql]}}
      load: 100000
    roles: {{shop: {{}}}}
    databases: {{shop: {{owner: shop}}}}
x-lab:
  network: 198.18.147.0/24
  disk: 9GB
  spares: {{e1: 198.18.147.21}}
  s3: {{bucket: backups, key: labaccesskey00000001, secret: labsecretkey0000000000000001}}
"""
ASSERTION = """
select a.aid from pgbench_accounts a left join pgbench_branches b using (bid) where b.bid is null limit 10
"""
