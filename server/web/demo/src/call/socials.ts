import type { Call, Socials } from '@matchmaker/client';
import type { App } from '../app.ts';
import { field, h, showDialog } from '../../../ui/dom.ts';
import type { Chat } from './chat.ts';

const networks = new Map([['instagram', 'Instagram'], ['telegram', 'Telegram'], ['mastodon', 'Mastodon'], ['discord', 'Discord'], ['github', 'GitHub']]);

/** Asks where I can be found later, and tells the partner alone. */
export function askSocials(app: App, call: Call, chat: Chat): void {
  const inputs = [...networks].map(([network, name]) => {
    const input = h('input', {
      id: `social-${network}`, maxlength: 64, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', pattern: '[!-;=?-~]+', title: 'Letters, digits and signs without spaces',
      'data-testid': `social-${network}`, placeholder: network === 'mastodon' ? '@name@server' : '@name',
    });
    input.value = app.socials[network] ?? '';
    return { network, input, field: field(name, input) };
  });
  const send = async (): Promise<void> => {
    const socials = Object.fromEntries(inputs.map(({ network, input }) => [network, input.value.trim()] as const).filter(([, handle]) => handle !== ''));
    app.socials = socials;
    if (Object.keys(socials).length === 0) {
      inputs[0]?.input.focus();
      return;
    }
    dialog.close();
    const told = await app.attempt(app.client.shareSocials(call.callId, socials).then(() => true));
    if (told) {
      chat.addNote(`You shared ${words(socials)}.`);
    }
  };
  const dialog = showDialog(`Stay in touch with ${call.partner.name}`, 'socials-dialog',
    h('p', { class: 'soft' }, `Only ${call.partner.name} sees what you fill in. It is not stored on the server.`),
    h('form', { class: 'stack', onsubmit: event => { event.preventDefault(); void send(); } }, ...inputs.map(each => each.field),
      h('div', { class: 'row' },
        h('button', { type: 'submit', class: 'primary', 'data-testid': 'socials-send' }, 'Share'),
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'))));
  inputs[0]?.input.focus();
}

/** The handles as a list of terms; the words are a stranger's, so they are text and never links. */
export function showSocials(socials: Socials): HTMLElement {
  return h('dl', { class: 'socials' }, ...Object.entries(socials).flatMap(([network, handle]) => [
    h('dt', {}, networks.get(network) ?? network), h('dd', {}, handle),
  ]));
}

function words(socials: Socials): string {
  return Object.entries(socials).map(([network, handle]) => `${networks.get(network) ?? network} ${handle}`).join(', ');
}
