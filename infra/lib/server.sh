# Servers under test, by name: $run/NAME.{pid,env,log}. Sourced by infra/dev and infra/lib/control.

# matchmaker CONFIGURATION ARGS: becomes the server as built (Debug, Release) or as shipped (Published); call it in a
# subshell. The folder it is run in is the content root.
matchmaker() {
  if [ "$1" = Published ]; then
    cd / # it needs nothing of the folder where it is started
    exec "${before[@]}" "$published/Matchmaker" "${@:2}"
  fi
  cd "$root/server/src/Matchmaker"
  exec "${before[@]}" dotnet "bin/$1/net10.0/Matchmaker.dll" "${@:2}"
}
before=()

# server_start NAME CONFIGURATION [KEY=VALUE]...: migrates when there is a DATABASE_URL, starts, waits until ready.
# Without PORT on a free port.
server_start() {
  local name=$1 configuration=$2
  shift 2
  printf '%s\n' ASPNETCORE_ENVIRONMENT=Development "CONFIGURATION=$configuration" "PORT=$(free_port)" "$@" > "$run/$name.env"
  : > "$run/$name.log"
  if [ -n "$(server_setting "$name" DATABASE_URL)" ]; then
    (with_settings "$name" migrate) >> "$run/$name.log" 2>&1 ||
      { server_log "$name"; echo "migrate failed for $name." >&2; return 1; }
  fi
  server_launch "$name"
}

# The last one wins, as in an environment.
server_setting() { sed -n "s|^$2=||p" "$run/$1.env" | tail -n 1; }

server_address() { echo "127.0.0.1:$(server_setting "$1" PORT)"; }

server_url() { echo "http://$(server_address "$1")"; }

# Becomes the server with its settings, in a terminal session of its own: an interrupt is for the script, which then
# stops the server itself.
with_settings() {
  local name=$1 settings
  mapfile -t settings < "$run/$name.env"
  before=(setsid env -u ASPNETCORE_URLS -u ASPNETCORE_HTTP_PORTS -u DATABASE_URL -u REDIS_URL -u OPERATOR_TOKEN "${settings[@]}")
  matchmaker "$(server_setting "$name" CONFIGURATION)" "${@:2}"
}

server_launch() {
  local name=$1 url try
  (with_settings "$name") >> "$run/$name.log" 2>&1 < /dev/null &
  echo $! > "$run/$name.pid"
  disown "$!" # whoever kills it knows
  url=$(server_url "$name")
  for try in $(seq 150); do
    curl -fsS -m 2 -o /dev/null "$url/health/ready" 2> /dev/null && return
    sleep 0.2
    kill -0 "$!" 2> /dev/null || break
  done
  server_log "$name"
  echo "$name was not ready after $try looks at $url/health/ready." >&2
  return 1
}

# No chance to say or write anything.
server_kill() {
  local pid
  pid=$(cat "$run/$1.pid")
  kill -KILL "$pid"
  await_gone "$pid"
}

# The command line too, because a number left behind by a crash may be another process by now.
server_alive() {
  [ -s "$run/$1.pid" ] && grep -qa Matchmaker "/proc/$(cat "$run/$1.pid")/cmdline" 2> /dev/null
}

server_stop() {
  server_alive "$1" || return 0
  server_ask "$1"
  server_gone "$1"
}

# Asks it to stop: a second time would mean at once.
server_ask() {
  local pid
  pid=$(cat "$run/$1.pid")
  kill -CONT "$pid" # a frozen one hears nothing
  kill -TERM "$pid"
}

# A server with people on it drains first: 40 s at most.
server_gone() {
  local try
  for try in $(seq 400); do
    server_alive "$1" || break
    sleep 0.1
    [ "$try" != 400 ] || kill -KILL "$(cat "$run/$1.pid")"
  done
  rm -f "$run/$1.pid"
}

server_log() {
  echo "--- the end of $1.log" >&2
  tail -n 40 "$run/$1.log" >&2
  echo '---' >&2
}
