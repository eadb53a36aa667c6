// A container without a container's program: the published server in namespaces of its own, with the rights, the files and the
// memory that the image and docker-compose.yml give it. What needs root to set up is left out for others, and said.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { image, published } from './files.js';

const isRoot = process.getuid() === 0;

// The base image's own.
const base = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', APP_UID: '1654', ASPNETCORE_HTTP_PORTS: '8080', DOTNET_RUNNING_IN_CONTAINER: 'true' };

// In the order in which a container's program does it. The root folder is read-only, /tmp is the one place to write, the
// library that the base does not have is not there, and the server sees the limit of its group where a container has it.
const setUp = `set -e
mount --make-rprivate /
mount -o remount,bind,ro /
mount -t tmpfs -o size=16m,mode=1777 tmpfs /tmp
mkdir /tmp/app && mount --bind "$PUBLISHED" /tmp/app && mount -o remount,bind,ro /tmp/app
for library in /usr/lib/*/libgssapi_krb5.so.2; do [ ! -e "$library" ] || mount --bind /dev/null "$library"; done
if [ -n "$GROUP" ]; then
  echo $$ > "$GROUP/cgroup.procs"
  mkdir /tmp/group && mount --bind "$GROUP" /tmp/group && umount -l /sys/fs/cgroup/memory
  mount --no-mtab --move /tmp/group /sys/fs/cgroup/memory && rmdir /tmp/group
fi
[ -z "$ALONE" ] || ip link set lo up
cd /tmp/app
exec setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all env -i "$@"`;

/** A group of processes with so much memory, if this machine lets us make one below our own. */
function group(bytes, name) {
  const own = readFileSync('/proc/self/cgroup', 'utf8').match(/^\d+:memory:(.*)$/m)?.[1];
  const folder = `/sys/fs/cgroup/memory${own ?? ''}/${name}`;
  try {
    mkdirSync(folder);
    writeFileSync(`${folder}/memory.limit_in_bytes`, String(bytes));
    return folder;
  } catch {
    return '';
  }
}

const bytesOf = limit => Number(limit.replace(/m$/, '')) << 20;

export class Container {
  static #count = 0;
  #child;
  #group = '';

  stdout = '';
  stderr = '';

  /** How its memory is limited. */
  memory = 'not at all';

  /** Resolves to `{ code, signal }` when all that it wrote is here. */
  ended;

  /**
   * Runs the image's entrypoint, or the command in its place, with this environment over the image's. `service` is the one of
   * docker-compose.yml whose memory it has; `isAlone` gives it a network of its own with nothing but loopback.
   */
  static run({ command = image().entrypoint, environment = {}, service, isAlone = false }) {
    const container = new Container();
    const variables = { ...base, ...image().environment, ...environment };
    if (service?.mem_limit && isRoot) {
      container.#group = group(bytesOf(service.mem_limit), `matchmaker-${process.pid}-${++Container.#count}`);
    }
    if (container.#group) {
      container.memory = 'by a control group';
    } else if (service?.mem_limit) {
      // What .NET takes of a container by itself.
      variables.DOTNET_GCHeapHardLimit = `0x${(bytesOf(service.mem_limit) * 0.75).toString(16)}`;
      container.memory = 'the heap alone, by DOTNET_GCHeapHardLimit';
    }
    container.#start(command, variables, isAlone);
    return container;
  }

  #start(command, variables, isAlone) {
    const assigned = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const options = { stdio: ['ignore', 'pipe', 'pipe'], cwd: isRoot ? '/' : published };
    this.#child = isRoot
      ? spawn('unshare', ['--mount', ...(isAlone ? ['--net'] : []), 'sh', '-c', setUp, 'sh', ...assigned, ...command],
        { ...options, env: { PATH: base.PATH, PUBLISHED: published, GROUP: this.#group, USER_ID: image().user, ALONE: isAlone ? 'yes' : '' } })
      : spawn('env', ['-i', ...assigned, ...command], options);
    for (const stream of ['stdout', 'stderr']) {
      this.#child[stream].setEncoding('utf8').on('data', text => { this[stream] += text; });
    }
    this.ended = new Promise(resolve => this.#child.on('close', (code, signal) => resolve({ code, signal })));
    this.ended.then(() => this.#group && existsSync(this.#group) && rmdirSync(this.#group));
  }

  get pid() {
    return this.#child.pid;
  }

  /** What the kernel says of it, such as `Uid` or `CapEff`. */
  status(name) {
    return readFileSync(`/proc/${this.pid}/status`, 'utf8').match(new RegExp(`^${name}:\\s*(.*)$`, 'm'))[1];
  }

  signal(name) {
    this.#child.kill(name);
  }

  async end() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.signal('SIGKILL');
    }
    await this.ended;
  }
}

export { isRoot };
