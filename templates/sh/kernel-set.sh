# Has the kernel take its values from these files: sysctl.d and tmpfiles.d, told apart by their directory.
set -e
for file in "$@"; do
    case $file in
        */tmpfiles.d/*) systemd-tmpfiles --create "$file" ;;
        *) sysctl -q -p "$file" ;;
    esac
done
