# What every verb needs: failing, installing, building, ports, processes. Sourced by infra/dev.

fail() {
  echo "$*" >&2
  exit 1
}

in_server() { (cd "$root/server" && "$@"); }

build() { in_server dotnet build ../Matchmaker.sln -c "$1" -v quiet -clp:NoSummary; }

# What is shipped, in $published: trimmed and compiled ahead, with the framework and the pages in it.
published=$root/.run/published
publish() {
  local machine
  case $(uname -m) in
    aarch64 | arm64) machine=linux-arm64 ;;
    *) machine=linux-x64 ;;
  esac
  # What the analyzers have to say, the build says.
  in_server dotnet publish src/Matchmaker -c Release -r "$machine" -o "$published" -v quiet -clp:NoSummary -p:RunAnalyzers=false
}

# Style rules are errors of the build (EnforceCodeStyleInBuild), so only whitespace is left to look at; by folder
# because loading the solution a second time takes ten times as long.
format_check() {
  local folder
  for folder in server client-tests; do
    in_server dotnet format whitespace "../$folder" --folder --verify-no-changes --exclude '**/node_modules/' \
      '**/bin/' '**/obj/'
  done
}

as_admin() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    fail "Needs root: $*"
  fi
}

# need_packages [NAME...]: what every run needs, and of what some need (chromium, coturn) these. Debian would start what it
# installs, on ports and with data of its own: not while its rule says no.
need_packages() {
  local missing=() name rule=/usr/sbin/policy-rc.d status=0
  postgres_binaries > /dev/null || missing+=(postgresql)
  command -v redis-server > /dev/null || missing+=(redis-server)
  haproxy_binary > /dev/null || missing+=(haproxy)
  for name in "$@"; do [ -x "/usr/bin/$(program_of "$name")" ] || missing+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  as_admin apt-get update -q
  if [ -e "$rule" ]; then
    rule=
  else
    printf '#!/bin/sh\nexit 101\n' | as_admin tee "$rule" > /dev/null
    as_admin chmod 755 "$rule"
  fi
  as_admin env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" || status=$?
  [ -z "$rule" ] || as_admin rm "$rule"
  return "$status"
}

# What a package is there for, where it is not called so itself.
program_of() {
  case $1 in
    coturn) echo turnserver ;;
    *) echo "$1" ;;
  esac
}

# npm ci only when the lock file changed since the last one: it deletes and writes thousands of files.
npm_install() {
  local stamp=$root/$1/node_modules/.installed
  cmp -s "$root/$1/package-lock.json" "$stamp" && return
  npm --prefix "$root/$1" ci --no-audit --no-fund --ignore-scripts --loglevel=error
  cp "$root/$1/package-lock.json" "$stamp"
}

# What server/web needs, the build restores.
install_tools() {
  local folder
  need_packages chromium coturn prometheus
  for folder in client-tests/{protocol,browser,vite-app,shipped}; do npm_install "$folder"; done
}

# Below the range from which the kernel takes ports of outgoing connections, so nothing takes it between here and bind.
free_port() {
  local port try
  for try in $(seq 50); do
    port=$((20000 + RANDOM % 10000))
    if ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
      echo "$port"
      return
    fi
  done
  fail "No free port found in $try tries."
}

# Until none of these processes runs any more. One that nobody has waited for yet is gone too.
await_gone() {
  local try states
  mapfile -t states < <(printf '/proc/%s/status\n' "$@")
  for try in $(seq 200); do
    grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "${states[@]}" || return 0
    sleep 0.02
  done
  fail "Of the processes $*, some live on after $try looks."
}
