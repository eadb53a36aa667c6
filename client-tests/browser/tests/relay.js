import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from '../support/person.js';
import { control } from '../support/server.js';

test('Two people who cannot reach each other see and hear each other through the relay', async t => {
  // What is shipped, but for this: here everybody is at this machine, which it would not relay to.
  const [urls, secret] = (await control('turn', '--allow-loopback-peers', '--allowed-peer-ip=127.0.0.1')).split('\n');
  try {
    const url = await control('beside', `TURN_URLS=${urls}`, `TURN_SECRET=${secret}`);
    const both = await Promise.all(['Ivo Walled', 'Jon Walled'].map(name => Person.visit(name, { url, before: onlyByRelay })));
    const all = what => Promise.all(both.map(what));
    await all(person => person.signIn());
    await all(person => person.isOnline());
    await both[0].invite('Jon Walled');
    await both[1].at('accept').click();
    await all(person => person.isInCall());
    await all(person => person.seesPartner());

    const pairs = await all(person => person.page.evaluate(selectedPair));
    t.diagnostic(`by ${pairs.map(({ local }) => local.relayProtocol).join(' and ')}`);
    for (const { local, remote } of pairs) {
      assert.deepEqual([local.candidateType, remote.candidateType], ['relay', 'relay']);
      assert.ok(urls.split(',').includes(local.url), local.url);
    }
    await both[0].at('end-call').click();
    await all(person => person.leave());
  } finally {
    await control('stop-beside');
    await control('turn-stop');
  }
});

/** In the page: as if nobody could be reached directly. */
function onlyByRelay() {
  const { RTCPeerConnection } = window;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super({ ...configuration, iceTransportPolicy: 'relay' });
    }
  };
}

/** In the page: the two ends of the way that the media takes. */
async function selectedPair() {
  const reports = await window.observed.peers.at(-1).getStats();
  const { selectedCandidatePairId } = [...reports.values()].find(({ type }) => type === 'transport');
  const pair = reports.get(selectedCandidatePairId);
  const end = id => {
    const { candidateType, relayProtocol, url } = reports.get(id);
    return { candidateType, relayProtocol, url };
  };
  return { local: end(pair.localCandidateId), remote: end(pair.remoteCandidateId) };
}
