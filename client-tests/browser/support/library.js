import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { baseUrl, browser } from './browser.js';
import { observe } from './observe.js';

const web = new URL('../../../server/web/', import.meta.url);
let bundle;

/** The client library as one module that a page can import, made by the bundler that makes the demo. */
function libraryBundle() {
  return bundle ??= (async () => {
    const { build } = await import(pathToFileURL(createRequire(web).resolve('vite')));
    const { output } = (await build({
      configFile: false,
      logLevel: 'warn',
      root: fileURLToPath(web),
      build: { write: false, minify: false, lib: { entry: fileURLToPath(new URL('sdk/src/index.ts', web)), formats: ['es'] } },
    })).at(0);
    return output.find(chunk => chunk.isEntry).code;
  })();
}

/**
 * A page of the server's origin that has nothing in it but the library in `window.library`, and `script` run in it.
 * What the server itself answered it must be: Chromium lets no made-up page connect to a local address.
 */
export async function libraryPage(script) {
  const code = await libraryBundle();
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  await context.addInitScript(observe);
  const page = await context.newPage();
  await page.route('**/library.js', route => route.fulfill({ contentType: 'text/javascript', body: code }));
  await page.goto(`${baseUrl}/version`);
  await page.evaluate(async () => { window.library = await import('/library.js'); });
  await page.evaluate(script);
  return { page, close: () => context.close() };
}
