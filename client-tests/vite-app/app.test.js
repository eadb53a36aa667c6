import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { makeApp, readme } from './support/app.js';
import { required } from './support/settings.js';

const baseUrl = required('BASE_URL').replace(/\/$/, '');
const appOrigin = required('APP_ORIGIN').replace(/\/$/, '');
const patience = 20_000;

test('The lines of the README are twelve at most', () => {
  const lines = readme().split('\n').filter(line => line.trim() !== '');
  assert.ok(lines.length <= 12, `${lines.length} lines`);
  assert.deepEqual(lines.filter(line => line.length > 120), []);
});

test('In a new app these lines are a call that people see each other in, also after a reload', async t => {
  const app = await makeApp({ baseUrl, appOrigin });
  t.after(() => app.remove());
  await app.run('tsc', '--noEmit');
  await app.run('vite', 'build');
  await app.preview();

  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--no-first-run', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      // Addresses as .local names need a multicast that build machines do not have.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      // Both pages are in the foreground here.
      '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding',
    ],
  });
  t.after(() => browser.close());
  const [ada, bo] = await Promise.all([visit(browser), visit(browser)]);
  await Promise.all([seesPartner(ada), seesPartner(bo)]);
  await ada.page.reload();
  await Promise.all([seesPartner(ada), seesPartner(bo)]);
  assert.deepEqual([...ada.errors, ...bo.errors], []);
});

async function visit(browser) {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  await context.addInitScript(smallPictures);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(error));
  await page.goto(appOrigin);
  return { page, errors };
}

/** Two encoders share the machine with the server. */
function smallPictures() {
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = wish => getUserMedia({ ...wish, video: { width: 320, height: 240, frameRate: 15 } });
}

/** Frames of the partner's video are decoded and shown, more of them a moment later, and there is sound with them. */
async function seesPartner({ page }) {
  const deadline = performance.now() + patience;
  let first = 0;
  for (;;) {
    const frames = await page.evaluate(() => {
      const video = document.querySelector('video');
      const sound = video?.srcObject?.getAudioTracks().some(track => track.readyState === 'live' && !track.muted);
      return sound && !video.muted ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
    });
    first = first > 0 && frames >= first ? first : frames;
    if (first > 0 && frames > first + 5) {
      return;
    }
    assert.ok(performance.now() < deadline, `no moving picture within ${patience} ms; ${frames} frames`);
    await page.waitForTimeout(100);
  }
}
