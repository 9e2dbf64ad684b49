# What this host is made of, as lines of `name=value`; every line is optional and a blank host answers too.
# $1: the data directory, which need not exist yet.

echo "memory=$(awk '/^MemTotal:/ {printf "%.0f", $2 * 1024}' /proc/meminfo)"
echo "cpus=$(nproc)"

# A cgroup may allow less than the machine has (cgroup v2, then v1); "max" and absurd numbers mean no limit.
for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    [ -r "$limit" ] && echo "memory_limit=$(cat "$limit")" && break
done
[ -r /sys/fs/cgroup/cpu.max ] && echo "cpu_limit=$(cat /sys/fs/cgroup/cpu.max)"

directory=$1
while [ ! -d "$directory" ]; do directory=$(dirname "$directory"); done
echo "disk=$(df -B1 --output=size "$directory" | tail -n 1 | tr -d ' ')"

device=$(df --output=source "$directory" | tail -n 1)
number=$(stat -c '%Hr:%Lr' "$device" 2>/dev/null)
for queue in "/sys/dev/block/$number/queue" "/sys/dev/block/$number/../queue"; do
    [ -r "$queue/rotational" ] && echo "rotational=$(cat "$queue/rotational")" && break
done
echo "device=$(basename "$device")"

. /etc/os-release
echo "codename=${VERSION_CODENAME:-}"
echo "os=${PRETTY_NAME:-}"
command -v systemd-detect-virt >/dev/null && echo "container=$(systemd-detect-virt --container)"
[ -w /proc/sys/vm/swappiness ] && echo "kernel=ours"
true
