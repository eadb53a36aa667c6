# Running the suites of one run and adding up what they counted. Sourced by infra/dev.
# A suite that ends without a count, or fails without having counted a failure, counts as one failure.

passed=0
failed=0
suite_lines=()
suites_failed=()
suite_group=
lanes=()

# begin_run NAME: $run is the folder of this run. Whatever way the script ends, end_run stops what it started and
# prints the total as the last line.
begin_run() {
  run=$root/.run/$1
  stop_everything
  rm -rf "$run"
  mkdir -p "$run"
  trap end_run EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # A compiler that stays behind would keep the build service waiting for our output to close.
  [ "$1" = check ] || export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
}

# A folder in the run's folder is a run of a test's own.
stop_everything() {
  local outer=$run file
  for run in "$outer"/*/ "$outer"/; do
    run=${run%/}
    for file in "$run"/*.pid; do
      [ -e "$file" ] || continue
      haproxy_stop "$(basename "$file" .pid)"
      server_stop "$(basename "$file" .pid)"
    done
    coturn_stop
    prometheus_stop
    redis_stop
    postgres_stop
    postgres_erase
  done
  run=$outer
}

finished=no
total() {
  finished=yes
  exit 0
}

end_run() {
  local status=$? line
  trap - EXIT
  set +e
  end_suite
  for line in "${lanes[@]}"; do
    kill -TERM "$line" 2> /dev/null && wait "$line" 2> /dev/null
  done
  stop_everything
  if [ "$counts" = yes ]; then
    [ "$finished" = yes ] || failed=$((failed + 1))
    failures
    printf '\n'
    for line in "${suite_lines[@]}"; do echo "$line"; done
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ] && exit 0
    [ "$status" -gt 1 ] || status=1
  fi
  exit "$status"
}

end_suite() { [ -z "$suite_group" ] || kill -KILL -- "-$suite_group" 2> /dev/null; }

# What failed, said again where a reader of the end finds it.
failures() {
  local name
  for name in "${suites_failed[@]}"; do
    printf '\n--- failed in %s\n' "$name"
    grep -E -A 8 '\[FAIL\]|^ *✖|^ *(×|FAIL) |error [A-Z]+[0-9]+:' "$run/$name.out" | head -n 80
  done
}

counts=no

# suite NAME SECONDS COMMAND: the command runs in a process group of its own and is ended after SECONDS; it writes
# "PASSED FAILED" with the function count. True also when it failed, so that the others still run.
suite() {
  local seconds=$2 status=0 began=$SECONDS good=0 bad=0
  suite_name=$1
  shift 2
  counts=yes
  printf '\n=== %s\n' "$suite_name"
  set -m
  ("$@" 2>&1 | tee "$run/$suite_name.out") < /dev/null &
  suite_group=$!
  set +m
  while kill -0 "$suite_group" 2> /dev/null; do
    if [ $((SECONDS - began)) -gt "$seconds" ]; then
      echo "$suite_name took longer than $seconds s and was ended."
      kill -KILL -- "-$suite_group"
      break
    fi
    sleep 0.1
  done
  wait "$suite_group" || status=$?
  suite_group=
  [ ! -s "$run/$suite_name.count" ] || read -r good bad < "$run/$suite_name.count"
  if [ $((good + bad)) = 0 ] || { [ "$status" != 0 ] && [ "$bad" = 0 ]; }; then bad=$((bad + 1)); fi
  passed=$((passed + good))
  failed=$((failed + bad))
  suite_failed=$bad
  [ "$bad" = 0 ] || suites_failed+=("$suite_name")
  suite_lines+=("$(printf '%-22s %4s passed %3s failed %4s s' "$suite_name" "$good" "$bad" $((SECONDS - began)))")
}

# at_once FUNCTION FUNCTION...: suites that share nothing and mostly wait, at the same time. The first is heard while it
# runs; what the others, each in a shell of its own, wrote and counted follows.
at_once() {
  local lane what line
  counts=yes
  for lane in "${@:2}"; do
    in_lane "$lane" > "$run/$lane.out" 2>&1 < /dev/null &
    lanes+=($!)
  done
  "$1"
  for lane in "${@:2}"; do
    wait "${lanes[0]}" || true
    lanes=("${lanes[@]:1}")
    cat "$run/$lane.out"
    if ! [ -s "$run/$lane.total" ]; then
      suite_lost "$lane" # or did not come to its end
      continue
    fi
    while read -r what line; do
      case $what in
        passed) passed=$((passed + line)) ;;
        failed) failed=$((failed + line)) ;;
        line) suite_lines+=("$line") ;;
        suite) suites_failed+=("$line") ;;
      esac
    done < "$run/$lane.total"
  done
}

in_lane() {
  trap - EXIT INT
  trap 'end_suite; exit 143' TERM
  passed=0 failed=0 suite_lines=() suites_failed=() lanes=()
  "$1"
  {
    printf 'passed %s\nfailed %s\n' "$passed" "$failed"
    [ ${#suite_lines[@]} = 0 ] || printf 'line %s\n' "${suite_lines[@]}"
    [ ${#suites_failed[@]} = 0 ] || printf 'suite %s\n' "${suites_failed[@]}"
  } > "$run/$1.total"
}

# A suite that could not even begin.
suite_lost() {
  failed=$((failed + 1))
  suite_lines+=("$(printf '%-22s could not begin' "$1")")
}

count() { echo "$1 $2" > "$run/$suite_name.count"; }

# One step that either works or does not.
succeeds() {
  "$@"
  count 1 0
}

# number FILE PATTERN: adds up the numbers after the pattern; absent is 0.
number() { grep -hoE "$2 ?:? ?[0-9]+" $1 | grep -oE '[0-9]+$' | awk '{ sum += $1 } END { print sum + 0 }'; }

# Skipped counts as failed everywhere: a test that did not run has shown nothing.
csharp_tests() {
  local report=$run/csharp.ctrf.json status=0
  # Much of a test's time is waiting, so more of them run at once than there are cores.
  dotnet server/tests/Matchmaker.Tests/bin/Debug/net10.0/Matchmaker.Tests.dll -noLogo -noColor -maxThreads 4 -ctrf "$report" "$@" ||
    status=$?
  count "$(number "$report" '"passed"')" "$(number "$report" '"(failed|skipped|pending|other)"')"
  return $status
}

# node_tests FOLDER [FIND-CONDITIONS]
node_tests() {
  local report=$run/$suite_name.tap status=0 files
  mapfile -t files < <(find "$1" -name node_modules -prune -o -name '*.test.*js' "${@:2}" -print | sort)
  [ ${#files[@]} -gt 0 ] || fail "$1 has no tests."
  # Most of a file's time is waiting, so more of them run at once than there are cores.
  node --test --test-concurrency="${concurrency:-4}" --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$report" "${files[@]}" || status=$?
  count "$(number "$report" '^# pass')" "$(number "$report" '^# (fail|cancelled|skipped|todo)')"
  return $status
}

vitest_tests() {
  local package report=$run/web- status=0
  for package in server/web/*/package.json; do
    grep -q '"test":' "$package" || continue
    package=$(basename "$(dirname "$package")")
    npm --prefix server/web test -w "$package" -- --reporter=default --reporter=json --outputFile="$report$package.json" ||
      status=$?
  done
  count "$(number "$report*.json" '"numPassedTests"')" "$(number "$report*.json" '"num(Failed|Pending|Todo)Tests"')"
  return $status
}

server_and_web_tests() {
  suite csharp 600 csharp_tests
  suite web-check 120 succeeds npm --prefix server/web run check
  suite web 180 vitest_tests
}

publish_it() { suite publish 300 succeeds publish; }

# Every suite on the wire on both kinds of store: the pages and the protocol embedded; on PostgreSQL the pages and the
# protocol with two instances, and the protocol with two connections (small_pool_suite). A user's own app once: where it
# is served, is allowed. The protocol's on what is shipped, because the trimmer does not see what is found by reflection.
# Two crowds of browsers at once leave none of them enough of two cores; what looks for the smallest disturbance runs alone.
# wire_suites [ELSEWHERE [BESIDE]]: functions for what runs beside the pages, embedded and on PostgreSQL.
wire_suites() {
  at_once pages_in_memory "${1:-wire_elsewhere}"
  at_once pages_on_postgres "${@:2}"
  FILES=rolling world_suite browser-rolling 180 Debug
}

# Some of the pages' tests are with what runs beside them, which is shorter.
apart=figures,glare,candidates
pages_in_memory() { EXCEPT=$apart wire_suite browser-memory 540 Debug; }

pages_on_postgres() { world_suite browser-postgres 420 Debug; }

wire_elsewhere() {
  wire_suite protocol-memory 240 Published
  wire_suite vite-app-memory 180 Debug
  two_instances_suite protocol-two 300 Published
  small_pool_suite
  FILES=$apart wire_suite browser-apart 180 Debug
}

# The smokes are short, so the pages do not mind them.
wire_elsewhere_and_smokes() {
  wire_elsewhere
  load_smokes
}

# The tests are hundreds of people at one address; the limits of a user and of a connection stay as they are, and are
# tested. Dozens of admins sign in, with passwords that we made: a tenth of a second of a processor each would be minutes.
wide_limits=(RateLimits__GuestsPerMinutePerAddress=100000 RateLimits__RequestsPerMinutePerAddress=100000
  Admin__PasswordIterations=10000)

# wire_suite FOLDER-memory SECONDS CONFIGURATION
wire_suite() {
  local name=$1 seconds=$2 app
  app=http://127.0.0.1:$(free_port)
  if ! server_start "$name" "$3" "${wide_limits[@]}" "ALLOWED_ORIGINS=$app"; then
    suite_lost "$name"
    return
  fi
  BASE_URL=$(server_url "$name") APP_ORIGIN=$app STORE=memory \
    SERVER_CONTROL=$(printf '%q %q %q' "$root/infra/lib/control" "$run" "$name") \
    suite "$name" "$seconds" node_tests "client-tests/${name%-*}"
  [ "$suite_failed" = 0 ] || server_log "$name"
  server_stop "$name"
  suite "$name-log" 10 succeeds no_errors_logged "$name"
}

# What the protocol promises, where two connections to PostgreSQL have to do for everybody. (What takes half a minute
# takes it whatever the pool, and the console and the edge ask it no more often than the others do.)
small_pool_suite() {
  local name=protocol-small-pool
  if ! server_start "$name" Debug "${wide_limits[@]}" Postgres__PoolSize=2 "DATABASE_URL=$(postgres_database small_pool)"; then
    suite_lost "$name"
    return
  fi
  BASE_URL=$(server_url "$name") SERVER_CONTROL=$(printf '%q %q %q' "$root/infra/lib/control" "$run" "$name") \
    suite "$name" 120 node_tests client-tests/protocol \
    ! -name waits.test.js ! -name admin.test.js ! -name http.test.js ! -name bad-input.test.js
  [ "$suite_failed" = 0 ] || server_log "$name"
  server_stop "$name"
  suite "$name-log" 10 succeeds no_errors_logged "$name"
}

# Each of its files has a server, a PostgreSQL and a line between them of its own, in a folder of this run.
fault_suite() { FAULT_RUN=$run suite faults 600 node_tests client-tests/faults; }

# What is shipped, each file in a world of its own; most of it waits.
shipped_suite() { FAULT_RUN=$run concurrency=2 suite shipped 300 node_tests client-tests/shipped; }

# two_instances_suite NAME SECONDS CONFIGURATION: the protocol on two servers with one PostgreSQL and one Redis; every
# request and every socket goes to the next one, as through a proxy without sticky sessions.
two_instances_suite() {
  local name=$1 seconds=$2 settings=("${wide_limits[@]}")
  redis_start
  settings+=("DATABASE_URL=$(postgres_database "${name//-/_}")" "REDIS_URL=$(redis_url)")
  if ! server_start "$name" "$3" "${settings[@]}" || ! server_start "$name-b" "$3" "${settings[@]}"; then
    suite_lost "$name"
    return
  fi
  BASE_URL=$(server_url "$name"),$(server_url "$name-b") STORE=postgres \
    SERVER_CONTROL=$(printf '%q %q %q' "$root/infra/lib/control" "$run" "$name") \
    suite "$name" "$seconds" node_tests client-tests/protocol
  [ "$suite_failed" = 0 ] || { server_log "$name"; server_log "$name-b"; }
  server_stop "$name"
  server_stop "$name-b"
  suite "$name-log" 10 succeeds no_errors_logged "$name"
  suite "$name-b-log" 10 succeeds no_errors_logged "$name-b"
  redis_stop
}

# world_suite FOLDER-postgres SECONDS CONFIGURATION: the tests of one address, which is a proxy's before two servers with
# one PostgreSQL and one Redis. Of two people who meet, mostly each is at another one.
world_suite() {
  local name=$1 seconds=$2
  redis_start
  if ! world_start "$name-proxy" "$3" "$name $name-b" "${wide_limits[@]}" \
    "DATABASE_URL=$(postgres_database "${name//-/_}")" "REDIS_URL=$(redis_url)"; then
    suite_lost "$name"
    return
  fi
  BASE_URL=$(world_url "$name-proxy") STORE=postgres \
    SERVER_CONTROL=$(printf '%q %q %q' "$root/infra/lib/control" "$run" "$name $name-b") \
    suite "$name" "$seconds" node_tests "client-tests/${name%-*}"
  [ "$suite_failed" = 0 ] || { server_log "$name"; server_log "$name-b"; }
  world_stop "$name-proxy"
  suite "$name-log" 10 succeeds no_errors_logged "$name"
  suite "$name-b-log" 10 succeeds no_errors_logged "$name-b"
  redis_stop
}

# Whatever the tests sent, an error in the log is a mistake of the server's.
no_errors_logged() {
  local found
  # Not through a pipe to head: it would end grep by a signal, and many errors would look like none.
  found=$(grep -m 60 -E -A 4 '^(fail|crit):|"LogLevel":"(Error|Critical)"|^\{"timestamp":"[^"]*","level":"error"' "$run/$1.log") || [ $? = 1 ] || return 1
  [ -z "$found" ] || { echo "$found"; return 1; }
}

load_smokes() {
  local store name settings
  for store in memory postgres; do
    name=load-$store
    settings=(RATE_LIMITS=off)
    [ "$store" = memory ] || settings+=("DATABASE_URL=$(postgres_database load_smoke)")
    if ! server_start "$name" Debug "${settings[@]}"; then
      suite_lost "$name"
      continue
    fi
    suite "$name" 90 succeeds load_generator Debug "$name" queue --users 200 --seconds 60
    [ "$suite_failed" = 0 ] || server_log "$name"
    if [ "$store" = postgres ]; then
      suite load-mix-postgres 90 succeeds load_generator Debug "$name" mix --users 100 --hold 15 --seconds 60
      [ "$suite_failed" = 0 ] || server_log "$name"
    fi
    server_stop "$name"
  done
  limits_smoke
  tabs_smoke
}

limits_smoke() {
  local name=load-limits
  if ! server_start "$name" Debug RATE_LIMITS=off MAX_CONNECTIONS=40 Presence__HubTicketLifetime=00:00:05; then
    suite_lost "$name"
    return
  fi
  suite "$name" 120 succeeds load_generator Debug "$name" limits --users 80 --places 40 --hold 1 --seconds 100
  [ "$suite_failed" = 0 ] || server_log "$name"
  server_stop "$name"
}

tabs_smoke() {
  local name=load-tabs settings=(RATE_LIMITS=off)
  redis_start
  settings+=("DATABASE_URL=$(postgres_database load_tabs)" "REDIS_URL=$(redis_url)")
  if ! server_start "$name" Debug "${settings[@]}" || ! server_start "$name-b" Debug "${settings[@]}"; then
    suite_lost "$name"
    return
  fi
  suite "$name" 120 succeeds load_generator Debug "$name $name-b" tabs --users 2 --tabs 50 --parallel 100 --seconds 100
  [ "$suite_failed" = 0 ] || { server_log "$name"; server_log "$name-b"; }
  server_stop "$name"
  server_stop "$name-b"
  redis_stop
}
