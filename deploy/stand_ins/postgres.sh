# What the entry point of postgres:18 does: makes the database cluster once, as the user postgres.
set -eu
if [ "$(id -u)" = 0 ]; then
    install -d -m 700 -o postgres "$PGDATA"
    chown postgres /var/lib/postgresql
    exec setpriv --reuid=postgres --regid=postgres --clear-groups sh "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    passwords=$(mktemp)
    echo "$POSTGRES_PASSWORD" > "$passwords"
    # Several arguments in one variable.
    # shellcheck disable=SC2086
    initdb --username="$POSTGRES_USER" --pwfile="$passwords" -D "$PGDATA" $POSTGRES_INITDB_ARGS
    rm "$passwords"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    command=$1
    shift
    pg_ctl -D "$PGDATA" -w -o "$(printf '%s ' "$@") -c listen_addresses='' -c unix_socket_directories=/tmp" start
    createdb -h /tmp -U "$POSTGRES_USER" "$POSTGRES_DB"
    pg_ctl -D "$PGDATA" -m fast -w stop
    set -- "$command" "$@"
fi
# The image's own configuration listens to its network.
exec "$@" -c unix_socket_directories=/tmp -c listen_addresses='*'
