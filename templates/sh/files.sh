# What lies at each of the paths given: `= mode owner:group path`, as stat(1) has them, and of plain files
# the lines of sha256sum(1). A path that does not exist has no line.
# shellcheck disable=SC2016 # it is the other shell's
look='stat -c "= %a %U:%G %n" -- "$@" 2> /dev/null
for path in "$@"; do
    shift
    if [ -f "$path" ] && [ ! -L "$path" ]; then set -- "$@" "$path"; fi
done
[ $# = 0 ] || sha256sum -- "$@"'

# Those of the paths that begin with a mark, without it.  $1: the mark  then: how the shell is run, --, the paths
marked() {
    mark=$1 how=
    shift
    while [ "$1" != -- ]; do how="$how $1"; shift; done
    shift
    for path in "$@"; do
        shift
        case $path in "$mark"*) set -- "$@" "${path#?}" ;; esac
    done
    # shellcheck disable=SC2086 # words
    [ $# = 0 ] || $how sh -c "$look" look "$@"
}

for path in "$@"; do
    shift
    keep "$path"
    if [ "$keeper" = root ]; then set -- "$@" "r$path"; else set -- "$@" "p$path"; fi
done
marked r -- "$@"
marked p as_postgres -- "$@"
true
