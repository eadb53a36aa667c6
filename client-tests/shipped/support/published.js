// The published server as a process of this test's own, with the settings that it is given and no others.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const published = fileURLToPath(new URL('../../../.run/published/', import.meta.url));

/** Takes a free port on loopback; `close` gives it back. */
export async function takePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => new Promise(resolve => server.close(resolve)) };
}

export async function freePort() {
  const { port, close } = await takePort();
  await close();
  return port;
}

export function spawnPublished(settings, args = []) {
  return spawn(`${published}Matchmaker`, args, { cwd: '/', env: { PATH: process.env.PATH, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs it to its end; one that has not ended by itself after the time is killed, and has no code. */
export async function runPublished(settings, { args = [], seconds = 60 } = {}) {
  const child = spawnPublished(settings, args);
  const [out, err] = [[], []];
  child.stdout.on('data', chunk => out.push(chunk));
  child.stderr.on('data', chunk => err.push(chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  const code = await new Promise(resolve => child.on('close', resolve));
  clearTimeout(timer);
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}
