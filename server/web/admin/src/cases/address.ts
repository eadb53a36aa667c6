import { h, setText } from '../../../ui/dom.ts';
import type { Card } from '@matchmaker/client';
import { api } from '../api/api.ts';
import type { AddressScope } from '../api/shapes.ts';
import type { App } from '../app.ts';
import { Choices } from '../parts/choices.ts';
import { formDialog } from '../parts/form.ts';
import { newId } from '../parts/ids.ts';
import { explain } from '../parts/refusals.ts';
import { ReasonAndText } from '../parts/sentence.ts';
import { count } from '../parts/words.ts';

const hour = 3600;
const day = 24 * hour;
const askAfterMs = 300;

/** Bans where a person comes from, or an address that somebody types; says how many people that hits before it does. */
export function addressBanDialog(app: App, from: { person: Card } | 'typed', done: () => void): void {
  const banId = newId();
  const person = from === 'typed' ? undefined : from.person;
  const cidr = h('input', { id: 'cidr', required: true, autocomplete: 'off', spellcheck: 'false', placeholder: '203.0.113.7 or 203.0.113.0/24', 'data-testid': 'cidr', oninput: () => askSoon() });
  const scope = new Choices<AddressScope>('What', 'scope', [{ value: 'address', words: 'Their address' }, { value: 'network', words: 'Their whole network' }], 'address', () => void ask());
  const length = new Choices('For how long', 'length', [
    { value: hour, words: '1 hour' }, { value: day, words: '24 hours' }, { value: 7 * day, words: '7 days' }, { value: 30 * day, words: '30 days' },
  ], day);
  const sentence = new ReasonAndText('people from there read', 'spam');
  const reach = h('p', { class: 'banner', role: 'status', 'data-testid': 'reach', hidden: true });
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    const at = ++asked;
    const where = person ? { userId: person.id, scope: scope.value } : { cidr: cidr.value.trim() };
    const reached = await api.reach(where).catch(explain);
    if (at === asked) {
      reach.hidden = false;
      reach.classList.toggle('warn', typeof reached !== 'string' && reached.users > 0);
      setText(reach, typeof reached === 'string' ? reached : reachWords(reached.users, person));
    }
  };
  const askSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => cidr.value.trim() === '' ? undefined : void ask(), askAfterMs);
  };
  const { dialog } = formDialog({ title: person ? `Ban where ${person.name} comes from` : 'Ban an address', testId: 'address-dialog', action: 'Ban the address', look: 'danger' }, async () => {
    const ban = await api.banAddress({
      banId, ...sentence.value, durationSeconds: length.value,
      ...person ? { userId: person.id, scope: scope.value } : { cidr: cidr.value.trim() },
    });
    app.toasts.offer('The address is banned', () => void app.attempt(api.liftAddress(ban.banId)).then(done));
    done();
  },
  h('p', {}, 'Nobody from there can sign up or connect, and whoever is connected is put out. It cannot be appealed, so keep it short.'),
  person ? scope.element : h('div', { class: 'field' }, h('label', { for: cidr.id }, 'Address or network'), cidr, h('small', {}, 'One address, an IPv4 /24 or an IPv6 /48.')),
  reach, length.element, sentence.element);
  (person ? scope : length).listen(dialog);
  if (person) {
    scope.focus();
    void ask();
  } else {
    cidr.focus();
  }
}

function reachWords(users: number, person: Card | undefined): string {
  const others = person ? Math.max(0, users - 1) : users;
  return others === 0 ? person ? `It hits ${person.name} and nobody else we know of.` : 'Nobody whom we know comes from there.'
    : `It hits ${person ? `${person.name} and ` : ''}${count(others, person ? 'other person' : 'person', person ? 'other people' : 'people')} who signed in from there.`;
}
