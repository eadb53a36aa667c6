# The load driver against a server of its own, and what is judged beside it. Sourced by infra/dev.

# What is measured is what is shipped.
load_build() {
  publish
  in_server dotnet build ../client-tests/load -c Release -v quiet -clp:NoSummary
}

# preset NAME: its settings, a line each.
preset() {
  [ -f "$root/infra/presets/$1.env" ] || fail "There is no preset '$1' in infra/presets."
  grep -v -e '^#' -e '^$' "$root/infra/presets/$1.env"
}

# load [--postgres | --instances N] [--preset NAME] SCENARIO ARGS: of several instances, people take each in turn.
load() {
  local settings=(RATE_LIMITS=off) names=(load) lines text number name
  begin_run load
  load_build
  while :; do
    case ${1:-} in
      --postgres)
        need_packages
        postgres_start
        settings+=("DATABASE_URL=$(postgres_database load)")
        shift
        ;;
      --instances)
        need_packages
        postgres_start
        redis_start
        settings+=(MAX_CONNECTIONS=8000 "DATABASE_URL=$(postgres_database load)" "REDIS_URL=$(redis_url)")
        for number in $(seq 2 "$2"); do names+=("load-$number"); done
        shift 2
        ;;
      --preset)
        text=$(preset "${2:-}") # not in a process of its own, whose failure nobody would see
        mapfile -t lines <<< "$text"
        settings+=("${lines[@]}")
        shift 2
        ;;
      *) break ;;
    esac
  done
  for name in "${names[@]}"; do server_start "$name" Published "${settings[@]}"; done
  load_generator Release "${names[*]}" "$@"
}

# load_generator CONFIGURATION "SERVER..." SCENARIO ARGS
load_generator() {
  local name urls=() pids=() redis=()
  for name in $2; do
    urls+=("$(server_url "$name")")
    pids+=("$(cat "$run/$name.pid")")
  done
  [ ! -s "$run/redis.pid" ] || redis=(--redis-pid "$(cat "$run/redis.pid")")
  dotnet "client-tests/load/bin/$1/net10.0/Load.dll" "${@:3}" --url "$(with_commas "${urls[@]}")" \
    --server-pid "$(with_commas "${pids[@]}")" "${redis[@]}"
}

with_commas() { (IFS=, && echo "$*"); }

# load_server NAME [KEY=VALUE]...: a server as shipped, on the database $database, without rates and with room.
load_server() { server_start "$1" Published RATE_LIMITS=off MAX_CONNECTIONS=8000 "DATABASE_URL=$database" "${@:2}"; }

# load_begin NAME: builds, and sets database to a new one on a PostgreSQL of this run.
load_begin() {
  begin_run "$1"
  load_build
  need_packages
  postgres_start
  database=$(postgres_database "$1")
}

# result FILE KEY: a figure of a run whose output is in FILE.
result() { grep '^result ' "$1" | grep -oE "\"$2\":[0-9.]+" | cut -d : -f 2; }

# Whether all that was broken is whole again: what no database may ever hold, and errors in the log.
load_verdict() {
  local status=$1 name=$2
  (with_settings "$name" verify) || status=1
  no_errors_logged "$name" || status=1
  return "$status"
}

# PostgreSQL goes away under load and comes back; then it is killed and started at once.
outage() {
  local status=0
  load_begin outage
  load_server outage
  load_generator Release outage outage --users 1000 --hold 300 --seconds 600 \
    --control "$(printf '%q %q' "$root/infra/lib/database" "$run")" "$@" || status=1
  load_verdict "$status" outage
}

# Three instances behind a proxy that spreads every request, with a line to Redis that can go silent. Nothing happens to
# them without --trouble.
cluster() {
  local status=0 name urls=() pids=()
  load_begin cluster
  redis_start
  haproxy_start line line "TARGET=127.0.0.1:$(cat "$run/redis.port")"
  world_start proxy Published 'cluster-1 cluster-2 cluster-3' RATE_LIMITS=off MAX_CONNECTIONS=8000 "DATABASE_URL=$database" \
    "REDIS_URL=redis://$(cat "$run/line.listen")"
  for name in cluster-{1,2,3}; do
    urls+=("$(server_url "$name")")
    pids+=("$run/$name.pid")
  done
  dotnet client-tests/load/bin/Release/net10.0/Load.dll cluster --users 600 --hold 300 --seconds 1200 --away 30 \
    --url "$(world_url proxy)" --instances "$(with_commas "${urls[@]}")" --pid-files "$(with_commas "${pids[@]}")" \
    --control "$(printf '%q %q' "$root/infra/lib/cluster" "$run")" "$@" || status=1
  load_verdict "$status" cluster-1 || status=1
  for name in cluster-{2,3}; do no_errors_logged "$name" || status=1; done
  return "$status"
}

# Half an hour of the same crowd: does anything grow?
soak() {
  local status=0
  load_begin soak
  load_server soak
  load_generator Release soak soak --users 1000 --hold 1800 --seconds 2400 "$@" || status=1
  load_verdict "$status" soak
}

# More people at once than there are places: on one instance, and on two with one limit for both.
limits() {
  local status=0 name
  load_begin limits
  redis_start
  server_start limits Published RATE_LIMITS=off "DATABASE_URL=$database"
  load_generator Release limits limits --users 2000 --seconds 600 "$@" || status=1
  all_left limits || status=1
  load_verdict "$status" limits || status=1
  server_stop limits

  for name in limits-a limits-b; do
    server_start "$name" Published RATE_LIMITS=off MAX_CONNECTIONS_CLUSTER=1200 "DATABASE_URL=$database" "REDIS_URL=$(redis_url)"
  done
  load_generator Release "limits-a limits-b" limits --users 2000 --seconds 600 "$@" || status=1
  all_left limits || status=1
  no_errors_logged limits-b || status=1
  load_verdict "$status" limits-a
}

# Two hundred tabs of a user at once, on four instances.
tabs() {
  local status=0 i names=()
  load_begin tabs
  redis_start
  for i in 1 2 3 4; do
    server_start "tabs-$i" Published RATE_LIMITS=off Postgres__PoolSize=8 "DATABASE_URL=$database" "REDIS_URL=$(redis_url)"
    names+=("tabs-$i")
  done
  load_generator Release "${names[*]}" tabs --users 2 --tabs 200 --parallel 400 --seconds 600 "$@" || status=1
  all_left tabs || status=1
  for i in 2 3 4; do no_errors_logged "tabs-$i" || status=1; done
  load_verdict "$status" tabs-1
}

# all_left DATABASE: the rows say so too.
all_left() {
  local open
  open=$(postgres_sql "$1" "select count(*) from connection where closed_at is null")
  echo "open connections in the rows: $open"
  [ "$open" = 0 ]
}

# Old history to archive, a limit a quarter over what the crowd needs, and more people than fit.
pressure() {
  local status=0 limit before after new
  load_begin pressure
  load_server backlog
  load_generator Release backlog backlog --ledger "$run/backlog.ledger" "$@" --users 4000 --seconds 1800 | tee "$run/backlog.out"
  server_stop backlog
  postgres_sql pressure "update call set started_at = started_at - interval '8 days', ends_at = ends_at - interval '8 days', ended_at = ended_at - interval '8 days';
    update history set started_at = started_at - interval '8 days';
    update chat_message set sent_at = sent_at - interval '8 days'"
  postgres_sql pressure 'vacuum analyze'

  load_server comfort
  load_generator Release comfort mix --users 1000 "$@" --hold 120 --seconds 300 | tee "$run/comfort.out"
  server_stop comfort
  limit=$(awk -v mb="$(result "$run/comfort.out" rssMostMb)" 'BEGIN { printf "%d", mb * 1.25 }')
  before=$(history_rows)
  echo "limit: $limit MB; history rows before: $before (history archived)"

  # As in a container of that size, where the collector's own limit is three quarters of it.
  load_server pressure "MEMORY_LIMIT_MB=$limit" "DOTNET_GCHeapHardLimit=$(printf '%x' $((limit * 1024 * 1024 * 3 / 4)))"
  load_generator Release pressure pressure --users 1000 --hold 300 --seconds 600 --rate 40 \
    --ledger "$run/backlog.ledger" "$@" | tee "$run/pressure.out" || status=1
  after=$(history_rows)
  new=$(result "$run/pressure.out" historyRows)
  echo "history rows after: $after (history archived), new: $new"
  if [ $((${after/ / + })) != $((${before/ / + } + new)) ]; then
    echo 'FAILED rows of the history are not all there'
    status=1
  fi
  if [ "${after#* }" -le "${before#* }" ]; then
    echo 'FAILED nothing went to the archive'
    status=1
  fi
  load_verdict "$status" pressure
}

history_rows() { postgres_sql pressure "select (select count(*) from history) || ' ' || (select count(*) from archived_history)"; }
