import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from '../support/person.js';
import { control } from '../support/server.js';

test('The third person of a server for two is told so and when it is tried again, and gets in once there is a place', async () => {
  const url = await control('beside', 'MAX_CONNECTIONS=2');
  try {
    const [pat, ray] = await Promise.all([Person.arrive('Pat Inside', { url }), Person.arrive('Ray Inside', { url })]);
    const sam = await Person.visit('Sam Outside', { url });
    await sam.signIn();
    await sam.hearsWhyNot('server_full');
    await sam.at('no-connection').filter({ hasText: /Trying again in \d+ s/ }).waitFor();
    await sam.page.waitForTimeout(1000);
    assert.equal(await sam.at('lobby').count(), 0);
    await Promise.all([pat.isOnline(), ray.isOnline()]);

    await ray.leave();
    await sam.at('lobby').waitFor({ timeout: 30_000 });
    await sam.isOnline();
    await sam.personCard('Pat Inside').waitFor();
    await pat.personCard('Sam Outside').waitFor();
    await sam.leave();
    await pat.leave();
  } finally {
    await control('stop-beside');
  }
});
