# Replaces steward's one file with standard input in base64, atomically.  $1: its path
base64 -d | put "$1" root:root 0644
