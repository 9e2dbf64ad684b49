"""Dumps come to this machine: from any target, decrypted, every sum compared. No host of the environment is needed.

pyinfra @local backup/fetch.py --data environment=inventories/prod.yml --data list=yes
    what there is, at every target; --data from=offsite --data database=shop for less
pyinfra -y @local backup/fetch.py --data environment=inventories/prod.yml --data id=latest --data database=shop
        --data identity=~/keys/dumps.txt --data into=./dumps
    the last good dump of shop, as the directory ./dumps/<id>; what arrived before an interruption is not fetched again

Besides: cluster (where there are several), from (a target; else the first that has it), gpg_home (instead of identity,
where dumps are sealed with GnuPG; its agent asks for the passphrase). A target of restic needs its program, and no key.
"""

from pyinfra import host

from tasks import fetch

wanted = fetch.order({key: host.data.get(key) for key in fetch.KEYS})

if wanted.id:
    fetch.fetched(name=f"Dumps: {wanted.id} is fetched", wanted=wanted)
else:
    fetch.listed(wanted)
