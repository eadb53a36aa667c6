import { MatchmakerError, type UserExport } from '@matchmaker/client';
import type { App } from '../app.ts';
import { h } from '../../../ui/dom.ts';

const keptMs = 60_000;

/** Everything that the server keeps about me, as a file; as several when there is much. */
export async function saveMyData(app: App): Promise<void> {
  for (let part = 1, cursor: string | undefined; part === 1 || cursor !== undefined; part++) {
    const found = await app.attempt(page(app, cursor));
    if (!found) {
      return;
    }
    save(found, part);
    cursor = found.nextCursor;
  }
}

/** The server gives a few in a minute: the next one waits for its time. */
async function page(app: App, cursor: string | undefined): Promise<UserExport> {
  try {
    return await app.client.exportData(cursor);
  } catch (error) {
    if (cursor === undefined || !(error instanceof MatchmakerError && error.retryAfterSeconds)) {
      throw error;
    }
    const { retryAfterSeconds } = error;
    await new Promise(resolve => setTimeout(resolve, retryAfterSeconds * 1000));
    return page(app, cursor);
  }
}

function save(found: UserExport, part: number): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(found, undefined, 2)], { type: 'application/json' }));
  h('a', { href: url, download: `matchmaker-data${part === 1 ? '' : `-${part}`}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), keptMs); // the browser has begun to write it by then
}
