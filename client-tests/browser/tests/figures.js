import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { libraryPage } from '../support/library.js';
import { Person } from '../support/person.js';

const mostScriptBytes = 60 * 1024;
const people = 200;
const everyMs = 40;
const stayMs = 4000;

test('The scripts of the page are less than 60 KB on the wire', async t => {
  const person = await Person.visit('Fig Paint');
  await person.at('welcome').waitFor();
  const { paint, scripts } = await person.page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    scripts: performance.getEntriesByType('resource').map(entry => entry.name).filter(name => new URL(name).pathname.endsWith('.js')),
  }));
  let bytes = 0;
  for (const script of scripts) {
    bytes += gzipSync(await (await fetch(script)).text()).length;
  }
  t.diagnostic(`first paint after ${Math.round(paint)} ms; ${scripts.length} scripts of ${(bytes / 1024).toFixed(1)} KB after gzip`);
  assert.ok(scripts.length > 0);
  assert.ok(bytes < mostScriptBytes, `${bytes} bytes`);
  await person.leave();
});

test(`Nothing in the lobby moves by itself while ${people} people come and go`, async t => {
  const watchers = await Promise.all([[1440, 900], [390, 844]].map(async ([width, height]) => {
    const watcher = await Person.visit(`Fig ${width}`, { before: watchShifts });
    await watcher.page.setViewportSize({ width, height });
    await watcher.signIn();
    await watcher.at('lobby').waitFor();
    return watcher;
  }));
  await watchers[0].page.waitForTimeout(2000); // its own camera and figures are there
  const own = await Promise.all(watchers.map(({ page }) => page.evaluate(() => window.shifts.splice(0).length)));
  const crowd = await libraryPage(comeAndGo);
  try {
    await crowd.page.evaluate(args => window.comeAndGo(...args), [people, everyMs, stayMs]);
  } finally {
    await crowd.close();
  }
  for (const { name, page } of watchers) {
    const { shifts, most } = await page.evaluate(() => ({ shifts: window.shifts, most: window.mostCards }));
    const total = shifts.reduce((sum, { value }) => sum + value, 0);
    t.diagnostic(`${name}: a total shift of ${total} with up to ${most} cards`);
    assert.ok(most >= 50, `only ${most} cards were seen`);
    assert.equal(total, 0, `${name}: ${JSON.stringify(shifts)}`);
  }
  t.diagnostic(`shifts while the lobby appeared: ${own.join(' and ')}`);
  await Promise.all(watchers.map(watcher => watcher.leave()));
});

/** In the page, before its own scripts. */
function watchShifts() {
  window.shifts = [];
  window.mostCards = 0;
  new PerformanceObserver(list => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (!hadRecentInput) {
        window.shifts.push({ value, sources: sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.nodeName) });
      }
    }
  }).observe({ type: 'layout-shift' });
  setInterval(() => {
    window.mostCards = Math.max(window.mostCards, document.querySelectorAll('[data-testid=person]').length);
  }, 100);
}

/** In the page of the crowd: one by one they come, stay for a while and go. */
function comeAndGo() {
  const visit = async (number, stayMs) => {
    const store = { load: () => undefined, save: () => {} };
    const client = window.library.createClient({ tab: crypto.randomUUID(), sessionStore: store });
    const genders = ['female', 'male', 'nonbinary', 'unspecified'];
    await client.signInAsGuest({
      name: 'Crowd '.repeat(1 + number % 4) + number, gender: genders[number % 4], adult: true,
      languages: ['en', 'de', 'fr'].slice(0, number % 4), interests: ['films', 'climbing', 'old maps'].slice(0, number % 3),
    });
    const resumed = new Promise(resolve => client.on('resumed', resolve));
    client.connect();
    await resumed;
    await client.setAvailable(true);
    await new Promise(resolve => setTimeout(resolve, stayMs));
    await client.disconnect();
  };
  window.comeAndGo = async (people, everyMs, stayMs) => {
    const visits = [];
    for (let number = 0; number < people; number++) {
      visits.push(visit(number, stayMs));
      await new Promise(resolve => setTimeout(resolve, everyMs));
    }
    await Promise.all(visits);
  };
}
