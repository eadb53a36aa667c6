// node screenshots.js FOLDER [PART OF A NAME]: a picture of every screen of the server at BASE_URL, as
// FOLDER/WIDTH-SCHEME-NAME.png.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { browser } from './support/browser.js';
import { everybodyLeaves } from './support/person.js';
import { flows, lookAround } from './support/screens.js';

const [folder, part = ''] = process.argv.slice(2);
if (!folder) {
  throw new Error('Which folder? node screenshots.js FOLDER [PART OF A NAME]');
}
await mkdir(folder, { recursive: true });
let count = 0;
try {
  for (const flow of Object.values(flows)) {
    for await (const [name, { page }] of flow()) {
      if (name.includes(part)) {
        await lookAround(page, async view => {
          await page.screenshot({ path: join(folder, `${view}-${name}.png`), fullPage: true, animations: 'disabled' });
          count++;
        });
      }
    }
  }
} finally {
  await everybodyLeaves();
  await browser.close();
}
console.log(`${count} pictures in ${folder}`);
