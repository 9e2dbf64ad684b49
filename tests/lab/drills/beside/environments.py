"""A primary, a standby that makes the drills, a repository on a host and one in a bucket, and a spare host."""

SSH = "{user: root, key: /var/lib/pgsteward-lab/id_ed25519, known_hosts: /var/lib/pgsteward-lab/labs/drill/known_hosts}"
STORE = "endpoint: s3, path_style: true, authority: /var/lib/pgsteward-lab/labs/drill/s3/ca.pem, bucket: backups"

DRILLS = f"""
purpose: development
secrets: {{from: file, path: DIRECTORY/secrets.yml}}
ssh: {SSH}
clusters:
  shop:
    postgresql: 17
    connections: 40
    nodes:
      d1: {{address: 198.18.145.11, duty: primary, hardware: {{memory: 1GB}}}}
      d2: {{address: 198.18.145.12, duty: standby, hardware: {{memory: 1GB}}}}
      dr: {{address: 198.18.145.13, duty: repository}}
    backups:
      rpo: 5s
      repositories:
        near: {{host: dr}}
        far: {{s3: {{{STORE}}}}}
    drills:
      restore: {{node: d2, when: sunday 04:00, repository: near, rto: 120s, rpo: 60s}}
      pitr: {{node: d2, when: tuesday 04:00, repository: far, rto: 120s, rpo: 5s}}
      disaster: {{repository: far, hosts: {{d1: 198.18.145.21}}, rto: 10min, rpo: 60s}}
      assertions: {{shop: [DIRECTORY/orders.sql]}}
      load: 100000
    roles: {{shop: {{}}}}
    databases: {{shop: {{owner: shop}}}}
x-lab:
  network: 198.18.145.0/24
  disk: 9GB
  nodes: {{d1: {{installed: true}}, d2: {{installed: true}}, dr: {{installed: true}}}}
  spares: {{e1: 198.18.145.21}}
  s3: {{bucket: backups, key: labaccesskey00000001, secret: labsecretkey0000000000000001}}
"""
ASSERTION = "-- an order without a line was half written\nselect id from orders where lines = 0;\n"
