# The image without Docker and without a registry: buildah carries server/Dockerfile out as it is, on stand-ins for its base
# images that are made of this machine, and what it made is started. So the instructions are tried, their order, what is
# copied and what is left out, the publication in a clean folder, and that the server lives on a few libraries as somebody
# without rights; the base images themselves are not. Sourced by infra/dev; not part of the tests.

buildah_here() { buildah --root "$run/storage" --runroot "$run/storage-run" --storage-driver vfs "$@"; }

# stand_in NAME PREPARATION: an image of this name, with what the preparation puts into the folder of the container.
stand_in() {
  local container folder part
  container=$(buildah_here from scratch)
  folder=$(buildah_here mount "$container")
  mkdir -p "$folder"/{etc,tmp,root,usr/bin,usr/lib,usr/lib64,usr/sbin}
  chmod 1777 "$folder/tmp"
  for part in bin lib lib64 sbin; do ln -s "usr/$part" "$folder/$part"; done
  printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'app:x:1654:1654::/home/app:/bin/false' > "$folder/etc/passwd"
  printf '%s\n' 'root:x:0:' 'app:x:1654:' > "$folder/etc/group"
  "$2" "$container" "$folder"
  buildah_here commit -q "$container" "$1" > /dev/null
  buildah_here rm "$container" > /dev/null
}

# For the stages that build: nothing of its own, the programs are this machine's. How it reaches registries goes with them.
put_way_out() {
  local name
  for name in HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS NUGET_CERT_REVOCATION_MODE; do
    [ -z "${!name:-}" ] || buildah_here config --env "$name=${!name}" "$1"
  done
  buildah_here config --env DOTNET_CLI_TELEMETRY_OPTOUT=1 --env DOTNET_NOLOGO=1 --env DOTNET_GENERATE_ASPNET_CERTIFICATE=false "$1"
}

# For the last stage: what the base with "extra" has, and no more: a C and a C++ library, TLS, Unicode, certificates.
put_libraries() {
  local library
  while read -r library; do
    cp -L --parents "$(readlink -f "$(dirname "$library")")/$(basename "$library")" "$2"
  done < <(ldconfig -p | awk '$1 ~ /^(ld-linux-.*|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|ssl|crypto|z|icuuc|icui18n|icudata))\.so\.[0-9.]+$/ && !seen[$1]++ { print $NF }')
  # Where programs name their loader.
  for library in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*; do
    [ ! -e "$library" ] || cp -L "$library" "$2$library"
  done
  cp -L --parents /etc/ssl/certs/ca-certificates.crt "$2"
  buildah_here config --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true "$1"
}

image() {
  local base began mounts=() folder container port pid try
  [ "$(id -u)" = 0 ] || fail 'infra/dev image needs root, to mount and to change the root folder.'
  begin_run image
  need_packages buildah
  while read -r base; do
    case $base in
      */runtime-deps:*) stand_in "$base" put_libraries ;;
      *) stand_in "$base" put_way_out ;;
    esac
  done < <(awk '$1 == "FROM" { for (i = 2; $i ~ /^--/; i++); print $i }' server/Dockerfile)

  # In the stages that build, the programs are this machine's, and what was fetched once is not fetched again.
  for folder in /usr /etc/ssl /etc/npmrc /etc/resolv.conf /etc/hosts ~/.npmrc ~/.nuget/NuGet; do
    [ ! -e "$folder" ] || mounts+=(-v "$folder:$folder:ro")
  done
  mkdir -p ~/.nuget/packages ~/.npm
  mounts+=(-v ~/.nuget/packages:/root/.nuget/packages -v ~/.npm:/root/.npm)
  began=$SECONDS
  buildah_here build --isolation chroot --pull-never --layers=false --build-arg "COMMIT=$(git rev-parse HEAD)" \
    "${mounts[@]}" -f server/Dockerfile -t matchmaker .
  echo "Built in $((SECONDS - began)) s."

  container=$(buildah_here from --pull-never matchmaker)
  folder=$(buildah_here mount "$container")
  echo "In it: $(du -sm "$folder" | cut -f 1) MB, of which the server $(du -sm "$folder/app" | cut -f 1) MB."
  buildah_here run --isolation chroot --env EMBEDDED=true "$container" -- ./Matchmaker check-config > "$run/check-config.log"
  port=$(free_port)
  buildah_here run --isolation chroot --env EMBEDDED=true --env "ASPNETCORE_URLS=http://127.0.0.1:$port" "$container" -- \
    ./Matchmaker > "$run/image.log" 2>&1 < /dev/null &
  pid=$!
  for try in $(seq 150); do
    curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$port/health/ready" 2> /dev/null && break
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.2
  done
  echo "It says: $(curl -fsS "http://127.0.0.1:$port/version"), and has a page of $(curl -fsS "http://127.0.0.1:$port/" | wc -c) bytes."
  kill -TERM "$(last_child "$pid")"
  wait "$pid" || fail "It ended with $?: .run/image/image.log"
  buildah_here rm "$container" > /dev/null
  echo "The image is 'matchmaker' in .run/image/storage (vfs)."
}

# The process at the end of a line of processes that each have one child.
last_child() {
  local pid=$1 child
  while child=$(cat "/proc/$pid/task/"*/children 2> /dev/null | grep -oE '[0-9]+' | head -n 1) && [ -n "$child" ]; do pid=$child; done
  echo "$pid"
}
