# Whether repositories can be read with a pgbackrest.conf that is not in force yet: for each number `number=ok`, `new`
# (nothing is there), `other` (it was made with another cipher), `kept` (the configuration in force has that one), or
# nothing, where nobody can say.
# Standard input: that configuration, which no command line shows.  $1: stanza  the rest: the numbers
conf=$(cat) # in any case: whoever sends it would be cut off
command -v pgbackrest > /dev/null || exit 0
stanza=$1
shift
force=$(as_postgres cat /etc/pgbackrest/pgbackrest.conf 2> /dev/null)

# One of its files, as far as it is text; postgres makes the pipe that it opens by name.
read_file() {
    printf '%s\n' "$conf" | as_postgres sh -c 'cat | timeout 10 pgbackrest --config=/dev/stdin "$@"' sh \
        --log-level-console=off --log-level-file=off --log-level-stderr=error --io-timeout=2 \
        --stanza="$stanza" --repo="$1" repo-get "$2" 2>&1 | LC_ALL=C tr -cd '\n\040-\176'
}

option() {
    printf '%s\n' "$1" | while IFS= read -r line; do
        case $line in "repo$2-$3="*) printf '%s\n' "${line#*=}" && break ;; esac
    done
}
place() { printf '%s|' "$(option "$1" "$2" path)" "$(option "$1" "$2" s3-endpoint)" "$(option "$1" "$2" s3-bucket)"; }

# `kept` where the configuration in force has the same place with another cipher. It decides where a repository is away.
compared() {
    for other in $(printf '%s\n' "$force" | sed -n 's/^repo\([0-9]*\)-path=.*/\1/p' | sort -u); do
        [ "$(place "$force" "$other")" = "$(place "$conf" "$1")" ] || continue
        [ "$(option "$force" "$other" cipher-pass)" = "$(option "$conf" "$1" cipher-pass)" ] || echo kept
        return
    done
}

cd / || exit 1
for number in "$@"; do
    said=$(read_file "$number" "archive/$stanza/archive.info")
    case $said in *'ERROR: [055]'*) said=$(read_file "$number" "backup/$stanza/backup.info") ;; esac
    case $said in
        '[backrest]'*) word=ok ;;
        *'ERROR: [055]'*) word=new ;;
        *'ERROR: [095]: unable to flush'* | *'unable to process'* | *'cipher header'* | *'ERROR: [029]'*) word=other ;;
        *ERROR:* | '') word=$(compared "$number") ;;
        *) word=other ;;
    esac
    [ "$word" != other ] || [ -z "$(compared "$number")" ] || word=kept
    [ -z "$word" ] || printf '%s=%s\n' "$number" "$word"
done
true
