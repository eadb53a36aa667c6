import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, expect, test } from 'vitest';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const built = mkdtempSync(join(tmpdir(), 'matchmaker-client-'));
const budgetBytes = 8192;

afterAll(() => rmSync(built, { recursive: true }));

/** What a page gets that has this line, minified, without SignalR. */
async function bundle(line: string): Promise<string> {
  const result = await build({
    root: sdk,
    configFile: false,
    logLevel: 'error',
    plugins: [{
      name: 'entry',
      resolveId: id => id === 'entry' ? join(sdk, 'entry.ts') : undefined,
      load: id => id === join(sdk, 'entry.ts') ? line : undefined,
    }],
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: 'entry', preserveEntrySignatures: 'strict', external: ['@microsoft/signalr'] },
    },
  });
  const { output: [{ code }] } = result as Rolldown.RolldownOutput;
  return code;
}

test('The whole library is at most 8 KB beside SignalR', async () => {
  const code = await bundle(`export * from './src/index.ts';`);
  const bytes = gzipSync(code, { level: 9 }).length;
  console.info(`@matchmaker/client: ${code.length} bytes minified, ${bytes} of at most ${budgetBytes} with gzip, without @microsoft/signalr`);
  expect(bytes).toBeLessThanOrEqual(budgetBytes);
  expect(code).toContain('RTCPeerConnection');
});

test('A page that makes no calls does not get what makes them', async () => {
  const code = await bundle(`export { createClient } from './src/index.ts';`);
  expect(code).toContain('/api/auth/ticket');
  expect(code).not.toMatch(/RTCPeerConnection|restartIce|addTransceiver/);
});

test('Nothing that is declared is any', () => {
  execFileSync(join(sdk, '../node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', built], { cwd: sdk });
  const declarations = readdirSync(built).filter(name => name.endsWith('.d.ts'));
  expect(declarations).toContain('index.d.ts');
  const any = declarations.filter(name => /\bany\b/.test(readFileSync(join(built, name), 'utf8').replace(/\/\*[^]*?\*\//g, '')));
  expect(any).toEqual([]);
});
