// One file for the runner, so that tests run one after another: they share a machine's cores, and some stop the server.
import { after, afterEach } from 'node:test';
import { browser } from '../support/browser.js';
import { everybodyLeaves } from '../support/person.js';
import './meet.js';
import './resume.js';
import './restart.js';

// The store behind the server makes no difference to how a screen looks, nor to what two browsers agree on.
if (process.env.STORE !== 'postgres') {
  for (const name of ['screens', 'glare', 'network']) {
    await import(`./${name}.js`);
  }
}

afterEach(everybodyLeaves);
after(() => browser.close());
