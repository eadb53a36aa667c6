# A coturn of our own on loopback with the configuration that is shipped. Sourced by infra/dev and infra/lib/control.

# coturn_start [OPTION...]: with these options besides what differs from one machine to the next. Where it listens and its
# secret stay the same for the run. It relays from below the range from which the kernel takes ports.
coturn_start() {
  local port try
  coturn_alive && return
  [ -s "$run/coturn.port" ] || free_port > "$run/coturn.port"
  [ -s "$run/turn.secret" ] || (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$run/turn.secret")
  port=$(cat "$run/coturn.port")
  setsid turnserver -c "$root/infra/coturn/turnserver.conf" --pidfile="$run/coturn.own-pid" --realm=localhost \
    --listening-ip=127.0.0.1 --relay-ip=127.0.0.1 --relay-ip=::1 --listening-port="$port" --min-port=30000 --max-port=32700 \
    --static-auth-secret="$(cat "$run/turn.secret")" "$@" > "$run/coturn.log" 2>&1 < /dev/null &
  echo $! > "$run/coturn.pid"
  disown "$!"
  for try in $(seq 50); do
    (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && return
    kill -0 "$!" 2> /dev/null || break
    sleep 0.1
  done
  tail -n 20 "$run/coturn.log" >&2
  fail "coturn did not listen at port $port after $try looks."
}

coturn_alive() {
  [ -s "$run/coturn.pid" ] && grep -qa turnserver "/proc/$(cat "$run/coturn.pid")/cmdline" 2> /dev/null
}

# For TURN_URLS.
coturn_urls() {
  local address
  address=127.0.0.1:$(cat "$run/coturn.port")
  echo "turn:$address?transport=udp,turn:$address?transport=tcp"
}

# It would keep what it relays for a while when it is asked to.
coturn_stop() {
  local pid
  coturn_alive || return 0
  pid=$(cat "$run/coturn.pid")
  kill -KILL "$pid"
  await_gone "$pid"
  rm -f "$run/coturn.pid"
}
