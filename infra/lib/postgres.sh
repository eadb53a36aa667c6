# A PostgreSQL cluster of our own on a free loopback port, never the machine's. Sourced by infra/dev.
# $run/postgres.dir holds the path of its folder: the folder itself is in the temporary directory, because root may not
# run PostgreSQL and the user postgres may not be able to read the working tree.

postgres_binaries() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
    if [ -x "$folder/initdb" ]; then
      echo "$folder"
      return
    fi
  done
  folder=$(command -v initdb) && dirname "$(readlink -f "$folder")"
}

as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

postgres_folder() { cat "$run/postgres.dir" 2> /dev/null; }

postgres_start() {
  local binaries folder
  binaries=$(postgres_binaries) || fail 'PostgreSQL is not installed.'
  folder=$(postgres_folder) || folder=
  if [ ! -d "$folder/data" ]; then
    folder=$(mktemp -d "${TMPDIR:-/tmp}/matchmaker-postgres.XXXXXX")
    printf '%s' "$folder" > "$run/postgres.dir"
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' > "$folder/password"
    free_port > "$folder/port"
    [ "$(id -u)" != 0 ] || chown -R postgres: "$folder"
    as_postgres "$binaries/initdb" -D "$folder/data" -U matchmaker -A scram-sha-256 --pwfile="$folder/password" \
      -E UTF8 --locale=C.UTF-8 --no-sync > "$run/postgres-init.log"
  fi
  as_postgres "$binaries/pg_ctl" -D "$folder/data" status > /dev/null && return
  as_postgres "$binaries/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start -o "-p $(cat "$folder/port") \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200" > /dev/null ||
    { tail -n 30 "$folder/log" >&2; fail 'PostgreSQL did not start.'; }
}

postgres_url() {
  local folder
  folder=$(postgres_folder)
  echo "postgres://matchmaker:$(cat "$folder/password")@127.0.0.1:$(cat "$folder/port")/$1"
}

# postgres_sql DATABASE TEXT: the text's statements one by one, what they answer in lines.
postgres_sql() { "$(postgres_binaries)/psql" "$(postgres_url "$1")" -XAtq -v ON_ERROR_STOP=1 -f - <<< "$2"; }

# A new empty database; prints its URL.
postgres_database() {
  postgres_sql postgres "create database $1" >&2
  postgres_url "$1"
}

postgres_stop() {
  local folder
  folder=$(postgres_folder) || return 0
  [ -s "$folder/data/postmaster.pid" ] || return 0
  as_postgres "$(postgres_binaries)/pg_ctl" -D "$folder/data" -m fast -w -t 30 stop > /dev/null ||
    as_postgres "$(postgres_binaries)/pg_ctl" -D "$folder/data" -m immediate -w -t 30 stop > /dev/null
}

# The postmaster and all its children at once, as when the machine loses power: nothing is written back, and unlogged
# tables come back empty.
postgres_kill() {
  local pid pids
  pid=$(head -n 1 "$(postgres_folder)/data/postmaster.pid")
  # Whatever else ends while this looks is of no interest.
  pids=("$pid" $(grep -ls "^PPid:[[:space:]]*$pid$" /proc/[0-9]*/status | grep -o '[0-9]*' || true))
  kill -KILL "${pids[@]}" 2> /dev/null
  await_gone "${pids[@]}"
  # A dead process that nobody has waited for still looks like a running one to pg_ctl.
  rm "$(postgres_folder)/data/postmaster.pid"
}

# A disk of its own of a few megabytes, for a tablespace; prints its folder.
postgres_disk() {
  local disk
  disk=$(postgres_folder)/disk
  mkdir "$disk"
  as_admin mount -t tmpfs -o size=4m tmpfs "$disk" >&2
  as_admin chown --reference="$(postgres_folder)/data" "$disk"
  echo "$disk"
}

postgres_erase() {
  local folder
  folder=$(postgres_folder) || return 0
  ! mountpoint -q "$folder/disk" || as_admin umount "$folder/disk"
  rm -rf "$folder" "$run/postgres.dir"
}
