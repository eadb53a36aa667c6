import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { flows, glanceAt } from '../support/screens.js';

for (const [title, flow] of Object.entries(flows)) {
  test(`Nothing stands in anybody's way on the screens of ${title}`, async t => {
    const found = new Map();
    const note = (what, where) => found.set(what, [...found.get(what) ?? [], where]);
    for await (const [name, { page }] of flow()) {
      const began = performance.now();
      await page.evaluate(axe.source);
      await glanceAt(page, async view => {
        const { passes, violations, overflow } = await page.evaluate(runAxe);
        assert.ok(passes > 5, `axe looked at too little of ${name}: ${passes} rules`);
        violations.forEach(violation => note(violation, `${name} ${view}`));
        if (overflow > 0) {
          note('scrolls sideways', `${name} ${view} by ${overflow} px`);
        }
      });
      t.diagnostic(`${name}: ${Math.round(performance.now() - began)} ms`);
    }
    assert.equal(found.size, 0, [...found].map(([what, where]) => `${what}\n    on ${where.join(', ')}`).join('\n'));
  });
}

/** In the page. The size of what is touched is off by default, and counts on a phone. Only violations are told in full. */
async function runAxe() {
  const { violations, passes } = await window.axe.run(document, {
    resultTypes: ['violations'], rules: { 'target-size': { enabled: true } },
  });
  return {
    passes: passes.length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    violations: violations.flatMap(({ id, nodes }) => nodes.map(node => `${id} at ${node.target.join(' ')}: ${node.failureSummary}`)),
  };
}
