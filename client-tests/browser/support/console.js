import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { baseUrl } from './browser.js';
import { pressAt, typeAt } from './keyboard.js';
import { libraryPage } from './library.js';
import { Person } from './person.js';
import { control } from './server.js';

/** Somebody with a new account of the console, at its sign-in page; `login` is what they have to type. */
export async function beforeConsole(name, role) {
  const email = `${randomUUID()}@example.org`;
  const said = await control('admin', 'create', email, '--name', name, '--role', role);
  const find = label => new RegExp(`^${label}: (\\S+)$`, 'm').exec(said)?.[1] ?? assert.fail(`no ${label} in: ${said}`);
  const key = new URL(find('Authenticator')).searchParams.get('secret');
  const person = await Person.visit(name, { url: `${baseUrl}/admin/` });
  await person.at('login').waitFor();
  return Object.assign(person, { login: { email, password: find('Password'), code: () => oneTimeCode(key) } });
}

/** Somebody who works at the console; signs in, as everything that tests of the keyboard do, without a mouse. */
export async function atConsole(name, role = 'senior') {
  const person = await beforeConsole(name, role);
  await typeAt(person, person.at('email'), person.login.email);
  await typeAt(person, person.at('password'), person.login.password);
  await typeAt(person, person.at('code'), person.login.code());
  await pressAt(person, person.at('sign-in'));
  await person.at('cases').waitFor();
  return person;
}

/** A request of the console's own, with its cookie. */
export function consoleApi(person, path, method = 'GET', body = {}) {
  return person.page.evaluate(async ([path, method, body]) => {
    const response = await fetch(`/api/admin/${path}`, method === 'GET' ? {} : {
      method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' },
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }, [path, method, body]);
}

/** The case about somebody, by its search, as it is open then. */
export async function openCase(person, name) {
  const { keyboard } = person.page;
  await keyboard.press('/');
  await keyboard.type(name);
  await person.at('case').filter({ hasText: name }).waitFor();
  await keyboard.press('Enter');
  await person.page.locator('[data-testid=case] a:focus').filter({ hasText: name }).waitFor();
  await keyboard.press('Enter');
  await person.at('case-pane').getByRole('heading', { name, exact: true }).waitFor();
}

/**
 * Calls of people without a page: each entry of `calls` is `{ by, about, reason, note?, chat? }`, where the same name is the
 * same person. Answers the id of everybody by name. They stay until the page is closed.
 */
export async function reportedCalls(calls) {
  const crowd = await libraryPage(meetAndReport);
  return { ids: await crowd.page.evaluate(calls => window.meetAndReport(calls), calls), close: crowd.close };
}

/** In the page of the crowd. */
function meetAndReport() {
  const clients = new Map();
  const client = name => {
    clients.get(name) ?? clients.set(name, (async () => {
      const made = window.library.createClient({ tab: crypto.randomUUID(), sessionStore: { load: () => undefined, save: () => {} } });
      await made.signInAsGuest({ name, gender: 'unspecified', adult: true, languages: ['en'], interests: ['chess'] });
      const resumed = new Promise(resolve => made.on('resumed', resolve));
      made.connect();
      await resumed;
      await made.setAvailable(true);
      return made;
    })());
    return clients.get(name);
  };
  const heard = (who, event) => new Promise(resolve => {
    const off = who.on(event, payload => { off(); resolve(payload); });
  });
  window.meetAndReport = async calls => {
    const ids = {};
    for (const { by, about, reason, note, chat = [] } of calls) {
      const [reporter, subject] = [await client(by), await client(about)];
      const begun = heard(reporter, 'callStarted');
      const asked = heard(subject, 'inviteReceived');
      await reporter.invite(subject.session.user.id, 300);
      await subject.acceptInvite((await asked).inviteId, 300);
      const { callId } = await begun;
      for (const [who, text] of chat) {
        await (who === by ? reporter : subject).sendChat(callId, text);
      }
      const ended = Promise.all([heard(reporter, 'callEnded'), heard(subject, 'callEnded')]);
      await reporter.report(callId, reason, note);
      await ended;
      ids[by] = reporter.session.user.id;
      ids[about] = subject.session.user.id;
    }
    return ids;
  };
}

/** RFC 6238 with SHA-1, six digits and 30 s, of a key in base32. */
function oneTimeCode(key) {
  const bits = [...key].map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', bytes).update(step).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
