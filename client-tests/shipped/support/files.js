// What the shipped files say, read as their programs read them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const published = `${root}.run/published`;
export const text = path => readFileSync(root + path, 'utf8');

/** The stages of the Dockerfile, each with its instructions. */
export function stages() {
  const all = [];
  for (const instruction of DockerfileParser.parse(text('server/Dockerfile')).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      all.push({ name: instruction.getBuildStage(), base: instruction.getImage(), instructions: [] });
    } else {
      all.at(-1).instructions.push(instruction);
    }
  }
  return all;
}

/** What a container of the image has. */
export function image() {
  const { base, instructions } = stages().at(-1);
  const last = keyword => instructions.findLast(instruction => instruction.getKeyword() === keyword)?.getArgumentsContent();
  const variables = instructions.filter(instruction => instruction.getKeyword() === 'ENV').flatMap(env => env.getProperties());
  return {
    base,
    user: last('USER'),
    entrypoint: JSON.parse(last('ENTRYPOINT')),
    stopSignal: last('STOPSIGNAL'),
    port: last('EXPOSE'),
    environment: Object.fromEntries(variables.map(property => [property.getName(), property.getValue() ?? ''])),
  };
}

/** docker-compose.yml with these variables in place of .env. */
export function compose(variables = {}) {
  const interpolate = value => {
    if (typeof value === 'string') {
      return value.replace(/\$(\$|\{(\w+)(?::-([^}]*))?\})/g, (_, what, name, otherwise = '') =>
        what === '$' ? '$' : variables[name] || otherwise);
    }
    if (Array.isArray(value)) {
      return value.map(interpolate);
    }
    return value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, interpolate(inner)]))
      : value;
  };
  return interpolate(parse(text('docker-compose.yml'), { merge: true }));
}

/** The environment of a service: its env_file, and over it what it says itself. */
export const environmentOf = service => ({ ...assignments(service.env_file ? text(service.env_file) : ''), ...service.environment });

/** The lines NAME=value of a file of settings; with `all` also those that are commented out. */
export function assignments(file, { all = false } = {}) {
  const lines = file.split('\n').map(line => line.match(all ? /^#?([A-Z]\w*)=(.*)$/ : /^([A-Z]\w*)=(.*)$/));
  return Object.fromEntries(lines.filter(Boolean).map(([, name, value]) => [name, value]));
}

export const railway = () => JSON.parse(text('railway.json'));

/** The rows of the table under a heading of operations.md, which a test of the server holds to the code; the first cell by itself. */
export function operations(heading) {
  const [, section] = text('server/docs/operations.md').split(`\n## ${heading}\n`);
  const rows = section.split('\n## ')[0].matchAll(/^\| `([\w]+)` \|(.*)\|$/gm);
  return Object.fromEntries([...rows].map(([, name, others]) => [name, others.split('|').map(cell => cell.trim())]));
}

/** What the server says of these settings. */
export function checkConfig(environment) {
  return spawnSync('./Matchmaker', ['check-config'], { cwd: published, env: environment, encoding: 'utf8' });
}
