# A Redis of our own on a free loopback port, never the machine's; it keeps nothing on the disk. Sourced by infra/dev.

redis_start() {
  local port try
  [ -s "$run/redis.pid" ] && kill -0 "$(cat "$run/redis.pid")" 2> /dev/null && return
  [ -s "$run/redis.port" ] || free_port > "$run/redis.port"
  port=$(cat "$run/redis.port")
  setsid redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$run" > "$run/redis.log" 2>&1 < /dev/null &
  echo $! > "$run/redis.pid"
  disown "$!"
  for try in $(seq 100); do
    redis-cli -h 127.0.0.1 -p "$port" ping 2> /dev/null | grep -q PONG && return
    sleep 0.1
  done
  tail -n 20 "$run/redis.log" >&2
  fail 'Redis did not start.'
}

redis_cli() { redis-cli -h 127.0.0.1 -p "$(cat "$run/redis.port")" "$@"; }

redis_kill() {
  local pid
  pid=$(cat "$run/redis.pid")
  kill -KILL "$pid"
  await_gone "$pid"
  rm "$run/redis.pid"
}

redis_url() { echo "redis://127.0.0.1:$(cat "$run/redis.port")"; }

redis_stop() {
  local pid try
  [ -s "$run/redis.pid" ] || return 0
  pid=$(cat "$run/redis.pid")
  grep -qa redis-server "/proc/$pid/cmdline" 2> /dev/null && kill -TERM "$pid"
  for try in $(seq 50); do
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.1
  done
  rm -f "$run/redis.pid"
}
