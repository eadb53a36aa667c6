import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const web = join(root, 'server/web');
const baseUrlInReadme = 'http://localhost:8080';
const stepTimeoutMs = 120_000;
const execute = promisify(execFile);

/** The TypeScript under "In your own page". */
export function readme() {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const section = text.split('\n## In your own page\n')[1]?.split('\n## ')[0];
  const code = section?.match(/```ts\n(.*?)```/s)?.[1];
  assert.ok(code, 'README.md has no TypeScript under "In your own page".');
  return code;
}

/** A new Vite app with the packed client, in a folder of its own: the lines of the README, and only the address replaced. */
export async function makeApp({ baseUrl, appOrigin }) {
  const { devDependencies: { typescript, vite } } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8'));
  const lines = readme();
  assert.ok(lines.includes(baseUrlInReadme), `The lines do not name ${baseUrlInReadme}.`);
  const folder = await mkdtemp(join(tmpdir(), 'matchmaker-app-'));
  const { stdout } = await execute('npm', ['pack', '--silent', '-w', 'sdk', '--pack-destination', folder], { cwd: web, timeout: stepTimeoutMs });
  const files = {
    'package.json': JSON.stringify({
      name: 'app',
      private: true,
      type: 'module',
      dependencies: { '@matchmaker/client': `file:${stdout.trim().split('\n').at(-1)}` },
      devDependencies: { typescript, vite },
    }),
    // As strict as a tsconfig can be about somebody else's package: its declarations are checked too.
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], module: 'ESNext', moduleResolution: 'bundler',
        strict: true, noUnusedLocals: true, noUnusedParameters: true, skipLibCheck: false, noEmit: true, types: [],
      },
      include: ['src'],
    }),
    'index.html': '<!doctype html><html lang="en"><title>App</title><body><script type="module" src="/src/main.ts"></script></body></html>',
    'src/main.ts': lines.replaceAll(baseUrlInReadme, baseUrl),
  };
  await mkdir(join(folder, 'src'));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  await execute('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], { cwd: folder, timeout: stepTimeoutMs });
  return new App(folder, appOrigin);
}

class App {
  #preview;

  constructor(folder, origin) {
    this.folder = folder;
    this.origin = origin;
  }

  /** One of the app's own tools, to its end. */
  async run(tool, ...args) {
    await execute(this.#bin(tool), args, { cwd: this.folder, timeout: stepTimeoutMs }).catch(error => {
      throw new Error(`${tool} ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`);
    });
  }

  /** Serves what was built, until the app is removed. */
  async preview() {
    const { hostname, port } = new URL(this.origin);
    this.#preview = spawn(this.#bin('vite'), ['preview', '--host', hostname, '--port', port, '--strictPort'], { cwd: this.folder, stdio: 'inherit' });
    const deadline = performance.now() + 15_000;
    while (!await fetch(this.origin).then(answer => answer.ok, () => false)) {
      assert.ok(this.#preview.exitCode === null && performance.now() < deadline, `The app is not served at ${this.origin}.`);
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  async remove() {
    this.#preview?.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  #bin(tool) {
    return join(this.folder, 'node_modules/.bin', tool);
  }
}
