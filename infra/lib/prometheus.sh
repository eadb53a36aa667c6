# A Prometheus of our own on a free loopback port, whose data end with the run. Sourced by infra/lib/control and infra/dev.

# prometheus_start CONFIGURATION: by that file, as $run/prometheus.{pid,port,log}.
prometheus_start() {
  local port try
  [ -s "$run/prometheus.port" ] || free_port > "$run/prometheus.port"
  port=$(cat "$run/prometheus.port")
  setsid prometheus --config.file="$1" --storage.tsdb.path="$run/prometheus" --web.listen-address="127.0.0.1:$port" \
    --log.level=warn > "$run/prometheus.log" 2>&1 < /dev/null &
  echo $! > "$run/prometheus.pid"
  disown "$!"
  for try in $(seq 150); do
    curl -fsS -m 2 -o /dev/null "$(prometheus_url)/-/ready" 2> /dev/null && return
    sleep 0.1
    kill -0 "$!" 2> /dev/null || break
  done
  tail -n 20 "$run/prometheus.log" >&2
  fail "Prometheus was not ready after $try looks."
}

prometheus_url() { echo "http://127.0.0.1:$(cat "$run/prometheus.port")"; }

prometheus_alive() {
  [ -s "$run/prometheus.pid" ] && grep -qa prometheus "/proc/$(cat "$run/prometheus.pid")/cmdline" 2> /dev/null
}

prometheus_stop() {
  local pid
  prometheus_alive || return 0
  pid=$(cat "$run/prometheus.pid")
  kill -TERM "$pid"
  await_gone "$pid"
  rm -rf "$run/prometheus.pid" "$run/prometheus"
}
