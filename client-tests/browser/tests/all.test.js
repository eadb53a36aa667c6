// One file for the runner, so that tests run one after another: they share a machine's cores, and some stop the server.
import { after, afterEach } from 'node:test';
import { browser } from '../support/browser.js';
import { everybodyLeaves } from '../support/person.js';
import { isControlled, store } from '../support/server.js';

let files = ['looking', 'meet', 'resume'];
// The store behind the server makes no difference to how a screen looks, nor to what two browsers agree on.
if (store !== 'postgres') {
  files.push('screens', 'keyboard', 'manners', 'figures', 'glare', 'network', 'candidates');
}
if (isControlled) {
  // Accounts of the console are made by a command.
  files.push('reported', 'stop', ...store === 'postgres' ? ['crash'] : ['console', 'full', 'relay']);
}
// Those that want the machine for themselves, since they look for the smallest disturbance.
files = process.env.FILES?.split(',') ?? files.filter(name => !process.env.EXCEPT?.split(',').includes(name));
for (const name of files) {
  await import(`./${name}.js`);
}

afterEach(everybodyLeaves);
after(() => browser.close());
