// The forms that the contract fixes.
import assert from 'node:assert/strict';

/** The object has these fields and no others than the optional ones. */
export function assertFields(object, required, optional = []) {
  assert.ok(object !== null && typeof object === 'object' && !Array.isArray(object), `not an object: ${JSON.stringify(object)}`);
  const names = Object.keys(object);
  const absent = required.filter(name => !names.includes(name));
  const beyond = names.filter(name => !required.includes(name) && !optional.includes(name));
  assert.deepEqual({ absent, beyond }, { absent: [], beyond: [] }, JSON.stringify(object));
}

export function assertId(id) {
  assert.match(id, /^[A-Za-z0-9_-]{22}$/);
}

/** ISO 8601, UTC, milliseconds. */
export function assertTime(time) {
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
}

/** A deadline and the whole seconds until it, which are no more than the greatest. */
export function assertDeadline({ endsAt, expiresAt = endsAt, remainingSeconds }, greatest) {
  assertTime(expiresAt);
  assert.ok(Number.isInteger(remainingSeconds), `remainingSeconds: ${remainingSeconds}`);
  assert.ok(remainingSeconds <= greatest && remainingSeconds >= greatest - 5, `${remainingSeconds} of ${greatest} s remain`);
}

const cardFields = [['id', 'name', 'gender', 'languages', 'interests'], ['selfieUrl', 'introducedBy']];

/** All that a stranger may see, and nothing else. */
export function assertCard(card, { id, more = [] } = {}) {
  assertFields(card, cardFields[0], [...cardFields[1], ...more]);
  assertId(card.id);
  assert.ok(['female', 'male', 'nonbinary', 'unspecified'].includes(card.gender));
  assert.ok(Array.isArray(card.languages) && Array.isArray(card.interests));
  assert.ok(Buffer.byteLength(JSON.stringify(card)) <= 400);
  if (id) {
    assert.equal(card.id, id);
  }
}

/** A person of the lobby. */
export function assertPerson(person) {
  assertCard(person, { more: ['cooldownUntil'] });
}

export function assertPlace(place, more = []) {
  assertFields(place, ['position', 'waiting', 'estimatedWaitSeconds'], more);
  for (const name of ['position', 'waiting', 'estimatedWaitSeconds']) {
    assert.ok(Number.isInteger(place[name]) && place[name] >= 0, `${name}: ${place[name]}`);
  }
}

export function assertCall(call, partnerId, { callSeconds = 300, initiator, origin = 'invite', here = true } = {}) {
  assertFields(call, [
    'callId', 'partner', 'callSeconds', 'endsAt', 'remainingSeconds', 'initiator', 'polite', 'origin', 'here', 'rev']);
  assertId(call.callId);
  assertCard(call.partner, { id: partnerId });
  assert.equal(call.callSeconds, callSeconds);
  assertDeadline(call, callSeconds);
  assert.equal(call.polite, !call.initiator);
  if (initiator !== undefined) {
    assert.equal(call.initiator, initiator);
  }
  assert.equal(call.origin, origin);
  assert.equal(call.here, here);
  assert.ok(Number.isInteger(call.rev));
}

export function assertCallEnded(ended, { callId, reason, recorded }) {
  assertFields(ended, ['callId', 'reason', 'seconds', 'recorded', 'rev'], ['cooldownUntil']);
  assert.equal(ended.callId, callId);
  assert.equal(ended.reason, reason);
  assert.equal(ended.recorded, recorded);
  assert.ok(Number.isInteger(ended.seconds) && ended.seconds >= 0);
  assert.ok(Number.isInteger(ended.rev));
  if (ended.cooldownUntil !== undefined) {
    assertTime(ended.cooldownUntil);
  }
}

/** RFC 9457 with our stable code. */
export function assertProblem(answer, status, code, field) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.type, /^application\/problem\+json/);
  assert.equal(answer.body.code, code, answer.text);
  assert.equal(answer.body.status, status);
  if (field) {
    assert.equal(answer.body.field, field, answer.text);
  }
}
