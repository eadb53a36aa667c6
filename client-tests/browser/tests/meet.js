import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person, recordedMs } from '../support/person.js';

test('Two people meet by invite, see, hear of and chat with each other, and cool down', async () => {
  const [ada, bo] = await Promise.all([Person.arrive('Ada Invite'), Person.arrive('Bo Invite')]);
  await ada.invite('Bo Invite');
  await ada.at('outgoing').waitFor();
  await bo.at('incoming').filter({ hasText: 'Ada Invite' }).waitFor();
  await bo.at('accept').click();
  await talkAndPart(ada, bo);

  await ada.at('after-lobby').click();
  await bo.at('after-lobby').click();
  const card = ada.personCard('Bo Invite');
  await card.getByTestId('cooldown').filter({ hasText: 'again in 24 h' }).waitFor();
  assert.equal(await card.getByTestId('invite').isVisible(), false);
  await ada.leave();
  await bo.leave();
});

test('Two people meet by the queue, see, hear of and chat with each other, and are not paired again', async () => {
  const [cy, di] = await Promise.all([Person.arrive('Cy Queue'), Person.arrive('Di Queue')]);
  await cy.at('meet-anyone').click();
  await cy.at('queue-status').filter({ hasText: 'Looking for someone' }).waitFor();
  await di.at('meet-anyone').click();
  await talkAndPart(cy, di);

  await Promise.all([cy.at('after-next').click(), di.at('after-next').click()]);
  await Promise.all([cy.at('leave-queue').waitFor(), di.at('leave-queue').waitFor()]);
  await cy.page.waitForTimeout(2000);
  assert.equal(await cy.at('call').count() + await di.at('call').count(), 0, 'a pair in cooldown was matched again');
  await cy.leave();
  await di.leave();
});

test('A call that begins before the answer to joining stays', async () => {
  const [lex, max] = await Promise.all([Person.arrive('Lex Early'), Person.visit('Max Late')]);
  await answersLate(max, 'JoinQueue');
  await max.page.reload();
  await max.signIn();
  await max.isOnline();
  await lex.at('meet-anyone').click();
  await lex.at('leave-queue').waitFor();
  await max.at('meet-anyone').click();
  const [callId, same] = await Promise.all([lex.isInCall(), max.isInCall()]);
  assert.equal(same, callId);
  await max.page.waitForTimeout(2 * lateMs);
  assert.equal(await max.isInCall(), callId);
  await Promise.all([lex.leave(), max.leave()]);
});

test('An invite can be declined and taken back, and says so', async () => {
  const [ed, flo, gus] = await Promise.all(
    ['Ed Asks', 'Flo Asked', 'Gus Asked'].map(name => Person.arrive(name)));
  await ed.invite('Flo Asked');
  await flo.at('decline').click();
  await ed.at('notice').filter({ hasText: 'Flo Asked would rather not.' }).waitFor();
  await ed.at('outgoing').waitFor({ state: 'detached' });
  await ed.personCard('Flo Asked').getByTestId('cooldown').filter({ hasText: 'again in' }).waitFor();

  await ed.invite('Gus Asked');
  await gus.at('incoming').waitFor();
  await ed.at('rescind').click();
  await gus.at('incoming').waitFor({ state: 'detached' });
  await Promise.all([ed.leave(), flo.leave(), gus.leave()]);
});

test('Somebody without a camera takes part and sees, and is seen once there is one', async () => {
  const deny = () => {
    const { mediaDevices } = navigator;
    const allowed = mediaDevices.getUserMedia;
    mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
    window.allowCamera = () => { mediaDevices.getUserMedia = allowed; };
  };
  const [ivy, hal] = await Promise.all([Person.arrive('Ivy Seen'), Person.arrive('Hal Blind', { before: deny })]);
  await ivy.invite('Hal Blind');
  await hal.at('accept').click();
  await hal.seesPartner();
  await hal.at('media-trouble').filter({ hasText: 'You take part without' }).waitFor();
  assert.equal((await ivy.frames()).decoded, 0);

  await hal.page.evaluate(() => window.allowCamera());
  await hal.at('media-retry').click();
  await Promise.all([ivy.seesPartner(), hal.seesPartner()]);
  await ivy.at('end-call').click();
  await hal.at('after').waitFor();
  await hal.leave();
  await ivy.leave();
});

/** How late the answer is that something overtakes. */
const lateMs = 500;

async function talkAndPart(one, other) {
  const [callId, same] = await Promise.all([one.isInCall(), other.isInCall()]);
  assert.equal(same, callId);
  const began = performance.now();
  await Promise.all([one.seesPartner(), other.seesPartner()]);

  await one.say(`Hello from ${one.name}`);
  await other.reads(`Hello from ${one.name}`);
  await other.say(`Hello from ${other.name}`);
  await one.reads(`Hello from ${other.name}`);

  await one.page.waitForTimeout(Math.max(0, recordedMs - (performance.now() - began)));
  await one.at('end-call').click();
  await Promise.all([one.at('after').waitFor(), other.at('after').waitFor()]);
  await Promise.all([one.seesInHistory(callId), other.seesInHistory(callId)]);

  for (const [me, partner] of [[one, other], [other, one]]) {
    const { body } = await me.api('/api/history');
    const calls = body.calls.filter(call => call.callId === callId);
    assert.equal(calls.length, 1, `${me.name} has the call exactly once`);
    assert.equal(calls[0].partner.name, partner.name);
  }
}

/** The answers to this method reach the page late, and everything else at once. */
async function answersLate(person, method) {
  await person.page.routeWebSocket(/\/hub/, near => {
    const far = near.connectToServer();
    const late = new Set();
    near.onMessage(text => {
      const asked = text.split('\u001e').filter(Boolean).map(each => JSON.parse(each)).find(message => message.target === method);
      late.add(asked?.invocationId);
      far.send(text);
    });
    far.onMessage(text => {
      for (const message of text.split('\u001e').filter(Boolean)) {
        const isLate = JSON.parse(message).type === 3 && late.has(JSON.parse(message).invocationId);
        setTimeout(() => near.send(`${message}\u001e`), isLate ? lateMs : 0);
      }
    });
  });
}
