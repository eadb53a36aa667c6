import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from '../support/person.js';

const sees = async (...looks) => {
  const person = Object.assign(Object.create(Person.prototype), { name: 'Lia Looks', frames: () => looks.shift() });
  await person.seesPartner();
  return looks.length;
};

test('A picture is seen once it moves, whatever the first looks found', async () => {
  const [none, moved] = [{ decoded: 0, shown: 0 }, { decoded: 20, shown: 18 }];
  assert.equal(await sees(none, { decoded: 2, shown: 1 }, moved), 0);
  assert.equal(await sees({ decoded: 1, shown: 0 }, { decoded: 2, shown: 1 }, moved), 0, 'decoded, and not shown yet');
  assert.equal(await sees({ decoded: 900, shown: 890 }, { decoded: 2, shown: 1 }, moved), 0, 'another connection');
  assert.equal(await sees({ decoded: 2, shown: 890 }, { decoded: 10, shown: 1 }, moved), 0, 'another element');
});
