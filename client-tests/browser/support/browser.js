import { chromium } from 'playwright-core';

/** The running server that the tests talk to. */
export const baseUrl = required('BASE_URL').replace(/\/$/, '');

export function required(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: see the head of README.md in this folder.`);
  }
  return value;
}

/** One Chromium; every person gets a context of their own, as if on a machine of their own. */
export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--no-first-run', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    // Addresses as .local names need a multicast that build machines do not have.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    // Several pages at once are all in the foreground here.
    '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding',
  ],
});
