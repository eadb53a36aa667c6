import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What the server keeps its state in: `memory` or `postgres`. */
export const store = process.env.STORE;

/** Whether the tests may do things to the server, and not only talk to it. */
export const isControlled = Boolean(process.env.SERVER_CONTROL);

/** Does one of the things that infra/lib/control knows to the server; ends when it is done, with what was printed. */
export async function control(...verb) {
  const { stdout } = await promisify(execFile)('bash', ['-c', `${process.env.SERVER_CONTROL} "$@"`, 'control', ...verb], { timeout: 60_000 });
  return stdout.trim();
}
