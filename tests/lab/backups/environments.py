"""Three releases, each with a host and a bucket; a fourth cluster with a bucket alone; and one for long outages.

The first tier does without the newest release: what is tried on it is tried on another there, and each run over the lab
would take two hosts more.
"""

import yaml

SSH = "{user: root, key: /var/lib/pgsteward-lab/id_ed25519, known_hosts: /var/lib/pgsteward-lab/labs/NAME/known_hosts}"
STORE = "endpoint: s3, path_style: true, authority: /var/lib/pgsteward-lab/labs/NAME/s3/ca.pem"
HOST_AND_BUCKET = f"""
      rpo: 5s
      repositories:
        near: {{host: KEEPER}}
        far: {{s3: {{{STORE}, bucket: backups}}}}
    roles: {{shop: {{}}}}
    databases: {{shop: {{owner: shop}}}}"""

BACKUPS = f"""
purpose: development
secrets: {{from: file, path: DIRECTORY/secrets.yml}}
ssh: {SSH}
clusters:
  thirteen:
    postgresql: 17
    connections: 40
    nodes:
      k1: {{address: 198.18.134.11, duty: primary, hardware: {{memory: 1GB}}}}
      k2: {{address: 198.18.134.12, duty: standby, hardware: {{memory: 1GB}}}}
      kr: {{address: 198.18.134.13, duty: repository}}
    backups: {HOST_AND_BUCKET.replace("KEEPER", "kr")}
  twelve:
    postgresql: 15
    connections: 40
    nodes:
      b1: {{address: 198.18.134.21, duty: primary, hardware: {{memory: 1GB}}}}
      br: {{address: 198.18.134.23, duty: repository}}
    backups: {HOST_AND_BUCKET.replace("KEEPER", "br, path: /srv/backups")}
  fourteen:
    postgresql: 18
    connections: 40
    nodes:
      f1: {{address: 198.18.134.31, duty: primary, hardware: {{memory: 1GB}}}}
      fr: {{address: 198.18.134.33, duty: repository}}
    backups: {HOST_AND_BUCKET.replace("KEEPER", "fr")}
  solo:
    postgresql: 17
    connections: 40
    nodes:
      s1: {{address: 198.18.134.41, duty: primary, hardware: {{memory: 1GB}}}}
      s2: {{address: 198.18.134.42, duty: standby, hardware: {{memory: 1GB}}}}
    backups:
      rpo: 5s
      schedule: {{full: sunday 01:00, differential: daily 01:00, incremental: every 4h}}
      repositories:
        far: {{s3: {{{STORE}, bucket: made, create: true}}}}
x-lab:
  network: 198.18.134.0/24
  disk: 3GB
  installed: true
  s3: {{bucket: backups, key: labaccesskey00000001, secret: labsecretkey0000000000000001}}
  nodes:
    b1: {{suite: bookworm}}
    br: {{suite: bookworm}}
    f1: {{suite: forky}}
    fr: {{suite: forky}}
""".replace("NAME", "backups")

SECOND_TIER = "fourteen"


def first_tier(text: str) -> str:
    """The environment without the cluster that the second tier alone has."""
    document = yaml.safe_load(text)
    nodes = document["clusters"].pop(SECOND_TIER)["nodes"]
    for node in nodes:
        del document["x-lab"]["nodes"][node]
    return yaml.safe_dump(document, sort_keys=False)


LONG = "outages of ten minutes; runbooks lose a repository and an object store for as long as they take"

# What is away for long must not be what other tests need: a store and a host of their own.
OUTAGES = f"""
purpose: development
secrets: {{from: file, path: DIRECTORY/secrets.yml}}
ssh: {SSH}
clusters:
  bucket:
    postgresql: 17
    connections: 40
    nodes:
      o1: {{address: 198.18.135.11, duty: primary, hardware: {{memory: 1GB}}}}
      or: {{address: 198.18.135.13, duty: repository}}
    backups: {HOST_AND_BUCKET.replace("KEEPER", "or").replace("5s", "20s")}
  hosts:
    postgresql: 17
    connections: 40
    nodes:
      p1: {{address: 198.18.135.21, duty: primary, hardware: {{memory: 1GB}}}}
      pa: {{address: 198.18.135.23, duty: repository}}
      pb: {{address: 198.18.135.24, duty: repository}}
    backups:
      rpo: 20s
      repositories:
        near: {{host: pa}}
        far: {{host: pb}}
    roles: {{shop: {{}}}}
    databases: {{shop: {{owner: shop}}}}
x-lab:
  network: 198.18.135.0/24
  disk: 6GB
  installed: true
  s3: {{bucket: backups, key: labaccesskey00000001, secret: labsecretkey0000000000000001}}
""".replace("NAME", "outages")
