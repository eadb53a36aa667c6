import assert from 'node:assert/strict';

const mostTabs = 80;

/** Moves the focus on by Tab until it is at `target` (a locator), and looks whether one can see where it is. */
export async function tabTo(person, target) {
  for (let i = 0; i < mostTabs; i++) {
    await person.page.keyboard.press('Tab');
    const focus = await person.page.evaluate(whereIsFocus);
    assert.ok(focus.isBody || focus.isSeen, `${person.name} cannot see that the focus is at ${focus.words}`);
    if (await target.evaluateAll(elements => elements.some(element => element === document.activeElement))) {
      return;
    }
  }
  assert.fail(`${person.name} does not reach ${target} in ${mostTabs} steps`);
}

export async function pressAt(person, target, key = 'Enter') {
  await tabTo(person, target);
  await person.page.keyboard.press(key);
}

export async function typeAt(person, target, text) {
  await tabTo(person, target);
  await person.page.keyboard.type(text);
}

/** After a screen has changed: whoever listens to the page or tabs on must not start at its top again. */
export async function keepsFocus(person, screen) {
  await person.at(screen).waitFor();
  const focus = await person.page.evaluate(whereIsFocus);
  assert.equal(focus.isBody, false, `${person.name} lost the focus when ${screen} appeared`);
}

/** In the page. The mark may be on what stands for the element, such as the label of a box that is not shown itself. */
function whereIsFocus() {
  const element = document.activeElement ?? document.body;
  const isMarked = near => {
    const { outlineStyle, outlineWidth } = getComputedStyle(near);
    const { width, height } = near.getBoundingClientRect();
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && width > 1 && height > 1;
  };
  return {
    isBody: element === document.body,
    isSeen: [element, ...element.labels ?? [], element.parentElement].filter(Boolean).some(isMarked),
    words: element.outerHTML.slice(0, 200),
  };
}
