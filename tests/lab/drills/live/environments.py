"""A cluster of three whose commits wait for one of two, with a bucket; and one whose commits wait for nobody."""

SSH = "{user: root, key: /var/lib/pgsteward-lab/id_ed25519, known_hosts: /var/lib/pgsteward-lab/labs/NAME/known_hosts}"
STORE = "endpoint: s3, path_style: true, authority: /var/lib/pgsteward-lab/labs/NAME/s3/ca.pem, bucket: backups"

LIVE = f"""
purpose: development
secrets: {{from: file, path: DIRECTORY/secrets.yml}}
ssh: {SSH}
clusters:
  shop:
    postgresql: 17
    connections: 40
    nodes:
      pg1: {{address: 198.18.144.11, duty: primary, hardware: {{memory: 1GB}}}}
      pg2: {{address: 198.18.144.12, duty: standby, hardware: {{memory: 1GB}}}}
      pg3: {{address: 198.18.144.13, duty: standby, hardware: {{memory: 1GB}}}}
    replication: {{synchronous: {{method: any, number: 1}}}}
    backups:
      rpo: 5s
      repositories:
        far: {{s3: {{{STORE}}}}}
    roles: {{applicant: {{login: true}}}}
    access:
      - {{databases: [postgres], roles: [applicant], from: [198.18.144.0/24]}}
    drills:
      failover: {{rto: 60s, rpo: 1s}}
      switchover: {{rto: 30s, rpo: 1s}}
      node: {{rto: 10min}}
  lone:
    postgresql: 17
    connections: 40
    nodes:
      lo1: {{address: 198.18.144.21, duty: primary, hardware: {{memory: 1GB}}}}
      lo2: {{address: 198.18.144.22, duty: standby, hardware: {{memory: 1GB}}}}
    roles: {{applicant: {{login: true}}}}
    access:
      - {{databases: [postgres], roles: [applicant], from: [198.18.144.0/24]}}
x-lab:
  network: 198.18.144.0/24
  disk: 3GB
  installed: true
  s3: {{bucket: backups, key: labaccesskey00000001, secret: labsecretkey0000000000000001}}
""".replace("NAME", "live")
