// What the server has acknowledged, and the question whether it is all there, once.
import assert from 'node:assert/strict';

export class Ledger {
  #accounts = new Set();
  #lines = [];
  #blocks = [];
  #calls = new Map();

  account(person) {
    this.#accounts.add(person);
  }

  /** A call of the two that has to be in both histories once it is over. */
  call(callId, ...people) {
    people.forEach(person => this.account(person));
    this.#calls.set(callId, people);
  }

  line(callId, id, text) {
    this.#lines.push({ callId, id, text });
  }

  block(by, blocked) {
    this.#blocks.push([by, blocked.id]);
  }

  /** Asks the server for everything that it said it has. */
  async audit() {
    for (const person of this.#accounts) {
      assert.equal((await person.get('/api/me')).id, person.id);
      const { people } = await person.get('/api/blocks');
      assertOnce(people.map(card => card.id), this.#blocks.filter(([by]) => by === person).map(([, blocked]) => blocked), 'blocks');
      const ended = await historyOf(person);
      const own = [...this.#calls].filter(([, members]) => members.includes(person)).map(([callId]) => callId);
      assertOnce(ended, own, 'the history');
      for (const callId of own) {
        const { messages } = await person.get(`/api/history/${callId}`);
        const lines = this.#lines.filter(line => line.callId === callId);
        assertOnce(messages.map(line => line.id), lines.map(line => line.id), `the chat of ${callId}`);
        assertOnce(messages.map(line => line.text), lines.map(line => line.text), `the chat of ${callId}`);
      }
    }
  }
}

/** The ids of the calls in a person's history, page after page. */
export async function historyOf(person) {
  const ids = [];
  for (let cursor = ''; cursor !== undefined;) {
    const page = await person.get(`/api/history?limit=100${cursor}`);
    ids.push(...page.calls.map(call => call.callId));
    cursor = page.nextCursor && `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
  return ids;
}

function assertOnce(there, expected, where) {
  assert.deepEqual(there.toSorted(), expected.toSorted(), `not all of it, or not once, is in ${where}`);
}
