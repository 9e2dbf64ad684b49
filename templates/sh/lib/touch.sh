# How root touches what other users can get at. It stands before every script of ../, and nothing else may do this.
#
# Who can write a directory can put links there, under the names of files and of directories. So what is reached through
# a directory that is not root's alone is touched as the user postgres, who can do no more than he can anyway.

# Runs a command as the user postgres, in a session without the terminal that root may have: see docs/decisions/root.md.
as_postgres() (
    cd / || exit 1
    [ "$(id -u)" = 0 ] || exec "$@"
    exec setsid -w runuser -u postgres -- "$@"
)

# Sets `keeper`, who may touch what lies at a path: root where every directory that leads there is root's alone, so that
# nobody can change the way while it is walked; else postgres.  $1: the path, absolute
keep() {
    [ "${1%/*}" != "${kept:-}" ] || return 0
    kept=${1%/*} keeper=root
    for group in $(LC_ALL=C namei -om "$kept/" 2> /dev/null | awk '
        /^ *[dD]/ && ($2 != "root" || substr($1, 9, 1) == "w") {print "-"; exit}
        /^ *[dD]/ && substr($1, 6, 1) == "w" && $3 != "root" {print $3}'); do
        empty_group "$group" || keeper=postgres
    done
}

# Whether nobody is in a group, as Debian's staff, to which /usr/local belongs on hosts that were installed long ago.
empty_group() {
    members=$(getent group "$1") || return 1
    number=${members#*:*:} number=${number%%:*}
    [ -z "${members##*:}" ] && ! getent passwd | cut -d : -f 4 | grep -qx "$number"
}

# Runs a command that touches what lies at a path as whom `keep` says.  $1: the path  then: the command
touching() {
    keep "$1"
    shift
    if [ "$keeper" = root ]; then "$@"; else as_postgres "$@"; fi
}

# Whether something is there, as `test` says.  $1: such as -f  $2: path
there() { touching "$2" test "$1" "$2"; }

# What lies in a directory.  $1: path
listed() { touching "$1/." ls -A "$1" 2> /dev/null; }

# Replaces one file with standard input, atomically; nobody but its owner sees it before it has its mode.
# $1: path  $2: owner:group  $3: mode
put() {
    keep "$1"
    if [ "$keeper:$2" != "postgres:$2" ] || [ "$2" = postgres:postgres ]; then
        # shellcheck disable=SC2016 # it is the other shell's
        touching "$1" sh -c '
            set -e
            umask 022
            mkdir -p "${1%/*}"
            umask 077
            rm -rf "$1.pgsteward-new"
            trap '\''rm -rf "$1.pgsteward-new"'\'' EXIT
            cat > "$1.pgsteward-new"
            chown "$2" "$1.pgsteward-new"
            chmod "$3" "$1.pgsteward-new"
            mv -fT "$1.pgsteward-new" "$1"' put "$@" && return
        cat > /dev/null # the sender is not cut off: it would say that, and not why
        echo "$1 cannot be written by $keeper" >&2
        echo "    HINT: the reason stands above; is a link there, or a directory of somebody else's on the way?" >&2
    else
        cat > /dev/null
        echo "$1 is to be $2, but lies in a directory that others can write" >&2
        echo "    HINT: \`namei -om $1\` shows whose the directories are; root's files lie in root's alone" >&2
    fi
    return 1
}

# A directory of postgres' own.  $1: path  $2: mode
own_directory() {
    given "$1"
    keep "$1"
    kept= # what is looked at next may be what is made here
    if [ "$keeper" = postgres ]; then
        as_postgres sh -c 'mkdir -p "$1" && chmod "$2" "$1"' own "$1" "$2" && return
    elif [ -L "$1" ]; then # root's own, and where it leads is judged by itself
        own_directory "$(readlink -f "$1")" "$2" && return
    else
        install -d -o postgres -g postgres -m "$2" "$1" && return
    fi
    echo "$1 does not become a directory of postgres' own" >&2
    echo "    HINT: the reason stands above; is a link there, or a directory of somebody else's on the way?" >&2
    return 1
}

# Directories of root's below one of postgres', as earlier releases and Debian have left them, become postgres', who
# could put others in their place anyway. None is named by a path: each is entered, and has to lie in the one before.
# Others may look into those that were left (0755); what root keeps to itself, such as lost+found, was only moved here.
# $1: path
given() (
    cd / && theirs= rest=$1
    while rest=${rest#/} && [ -n "$rest" ]; do
        name=${rest%%/*} rest=${rest#"$name"} above=$(stat -c %d:%i .)
        [ "$(stat -c %U .)" != postgres ] || theirs=yes
        cd -P "./$name" 2> /dev/null || return 0
        if [ -n "$theirs" ]; then
            [ "$(stat -c %d:%i ..)" = "$above" ] || return 0
            [ "$(stat -c '%U %a' .)" != "root 755" ] || chown postgres:postgres .
        fi
    done
)

# The log of a server, which the group adm can read, as Debian makes it. Its directory is root's and sticky: what is
# root's there stays where it is, and a hard link is made where nothing is, or not at all.  $1: path
log_file() {
    [ "$(stat -c '%U %a' "${1%/*}")" = "root 1775" ] || return 0
    new=$(mktemp "${1%/*}/.pgsteward-XXXXXX") || return 0
    chmod 0640 "$new"
    if ln -T "$new" "$1" 2> /dev/null; then chown -h postgres:adm "$1"; fi
    rm -f "$new"
}

# Opens the file of a lock as descriptor 9, for `flock`. It lies in a directory of root's.  $1: the lock's name
lock_file() { exec 9> "/run/pgsteward-$1.lock"; }
