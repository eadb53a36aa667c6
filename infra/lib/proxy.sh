# HAProxy of our own on loopback, before several servers or on the way to Redis. Sourced by infra/dev and infra/lib.

# haproxy_start NAME CONFIGURATION KEY=VALUE...: with infra/proxy/CONFIGURATION.cfg and that environment, as
# $run/NAME.{pid,listen,log}. Where it listens stays the same for the run.
haproxy_start() {
  local name=$1 configuration=$2 binary try
  haproxy_alive "$name" && return
  binary=$(haproxy_binary) || fail 'HAProxy is not installed.'
  [ -s "$run/$name.listen" ] || echo "127.0.0.1:$(free_port)" > "$run/$name.listen"
  setsid env LISTEN="$(cat "$run/$name.listen")" "${@:3}" "$binary" -db -f "$root/infra/proxy/$configuration.cfg" \
    > "$run/$name.log" 2>&1 < /dev/null &
  echo $! > "$run/$name.pid"
  disown "$!"
  for try in $(seq 50); do
    (exec 3<> "/dev/tcp/$(tr : / < "$run/$name.listen")") 2> /dev/null && return
    kill -0 "$!" 2> /dev/null || break
    sleep 0.1
  done
  tail -n 20 "$run/$name.log" >&2
  fail "$name did not listen at $(cat "$run/$name.listen") after $try looks."
}

# Debian keeps it where only root looks.
haproxy_binary() { PATH=$PATH:/usr/sbin command -v haproxy; }

haproxy_alive() {
  [ -s "$run/$1.pid" ] && grep -qa haproxy "/proc/$(cat "$run/$1.pid")/cmdline" 2> /dev/null
}

haproxy_stop() {
  local pid
  haproxy_alive "$1" || return 0
  pid=$(cat "$run/$1.pid")
  kill -CONT "$pid" # one that is stopped hears nothing
  kill -TERM "$pid"
  await_gone "$pid"
  rm -f "$run/$1.pid"
}

# world_start PROXY CONFIGURATION "NAME..." KEY=VALUE...: servers by these names with these settings, which must
# name a DATABASE_URL, on the Redis of this run, and a proxy before them. $run/PROXY.servers holds their names.
world_start() {
  local proxy=$1 configuration=$2 name at=0 addresses=()
  local settings=(CLIENT_IP_HEADER=X-Forwarded-For TRUSTED_PROXIES=127.0.0.1,::1 "${@:4}")
  printf '%s\n' $3 > "$run/$proxy.servers"
  for name in $3; do
    server_start "$name" "$configuration" "${settings[@]}" || return
    at=$((at + 1))
    addresses+=("SERVER_$at=$(server_address "$name")")
  done
  haproxy_start "$proxy" haproxy "${addresses[@]}"
}

world_url() { echo "http://$(cat "$run/$1.listen")"; }

world_stop() {
  local name
  haproxy_stop "$1"
  [ -s "$run/$1.servers" ] || return 0
  while read -r name; do server_stop "$name"; done < "$run/$1.servers"
}
