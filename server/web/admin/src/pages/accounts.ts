import { confirmed, field, h, showDialog } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { AdminAccountView, AdminChangeRequest, AdminRole, AdminSecret } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import { formDialog } from '../parts/form.ts';
import { icon } from '../parts/icons.ts';
import { tag } from '../parts/tags.ts';
import { ago, roleNames } from '../parts/words.ts';

const roleWords: Readonly<Record<AdminRole, string>> = {
  viewer: 'Viewer: reads cases, no chat', moderator: 'Moderator: decides cases, bans up to 7 days',
  senior: 'Senior: bans for good, appeals, addresses, audit', admin: 'Admin: all that, and accounts',
};

/** Who may use the console, and for what. */
export class AccountsPage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #list = h('ul', { class: 'entries', 'data-testid': 'accounts' });

  constructor(app: App) {
    this.#app = app;
    this.element = h('div', { class: 'wide-page stack', 'data-testid': 'accounts-page' },
      h('div', { class: 'row between' }, h('h1', {}, 'Accounts'),
        h('button', { type: 'button', class: 'primary', 'data-testid': 'new-account', onclick: () => this.#add() }, icon('accounts'), 'New account…')),
      h('p', { class: 'soft' }, 'A new role, disabling and a reset end the sessions of that person.'),
      this.#list);
    void this.#load();
  }

  async #load(): Promise<void> {
    const found = await this.#app.attempt(api.accounts());
    this.#list.replaceChildren(...found?.accounts.map(account => this.#row(account)) ?? []);
  }

  #row(account: AdminAccountView): HTMLElement {
    const { adminId, name, email, role, disabledAt, createdAt, signedInAt } = account;
    const isMe = adminId === this.#app.me?.adminId;
    const select = h('select', { 'aria-label': `Role of ${name}`, disabled: isMe, onchange: () => void this.#change(adminId, { role: select.value as AdminRole }) },
      ...Object.entries(roleNames).map(([value, words]) => h('option', { value, selected: value === role }, words)));
    return h('li', { class: disabledAt ? 'decided' : '', 'data-testid': 'admin-account' }, h('div', { class: 'row between' },
      h('div', { class: 'grow' },
        h('p', {}, h('strong', {}, name), ' ', h('span', { class: 'soft' }, email), ' ', isMe && tag('success', 'You'), disabledAt && tag('plain', 'Disabled')),
        h('p', { class: 'soft small' }, 'made ', ago(createdAt), signedInAt ? ', last signed in ' : ', has never signed in', signedInAt && ago(signedInAt))),
      select,
      !isMe && confirmed({ type: 'button', class: 'small', 'data-testid': 'reset' }, icon('me'), 'Reset', 'New password and code?', () => void this.#change(adminId, { reset: true })),
      !isMe && confirmed({ type: 'button', class: disabledAt ? 'small' : 'small warn', 'data-testid': 'disable' }, icon(disabledAt ? 'check' : 'ban'), disabledAt ? 'Enable' : 'Disable', 'Really?', () => void this.#change(adminId, { disabled: !disabledAt }))));
  }

  async #change(adminId: string, change: AdminChangeRequest): Promise<void> {
    const secret = await this.#app.attempt(api.changeAccount(adminId, change));
    if (secret) {
      showSecret(secret);
    }
    await this.#load();
  }

  #add(): void {
    const email = h('input', { type: 'email', required: true, autocomplete: 'off', 'data-testid': 'account-email' });
    const name = h('input', { maxlength: 40, autocomplete: 'off', 'data-testid': 'account-name' });
    const role = h('select', { 'data-testid': 'account-role' }, ...Object.entries(roleWords).map(([value, words]) => h('option', { value, selected: value === 'moderator' }, words)));
    let secret: AdminSecret | undefined;
    const { dialog } = formDialog({ title: 'New account', testId: 'account-dialog', action: 'Make it' }, async () => {
      secret = await api.addAccount({ email: email.value.trim(), role: role.value as AdminRole, ...name.value.trim() && { name: name.value.trim() } });
    }, field('E-mail address', email), field('Name', name, 'What stands before the @ when left empty.'), field('Role', role));
    dialog.addEventListener('close', () => {
      if (secret) {
        showSecret(secret);
        void this.#load();
      }
    });
    email.focus();
  }
}

/** Shown once: nobody can look it up later. */
function showSecret({ account, password, otpauth }: AdminSecret): void {
  if (password === undefined) {
    return;
  }
  const copyable = (label: string, text: string): HTMLElement => field(label, h('input', { readonly: true, value: text, class: 'mono', 'data-testid': `secret-${label.toLowerCase()}`, onfocus: event => (event.target as HTMLInputElement).select() }));
  const dialog = showDialog(`For ${account.name}, shown only now`, 'secret-dialog',
    h('p', {}, 'Hand both over by a way that you trust. The address is for the authenticator, such as one on a phone.'),
    copyable('Password', password), copyable('Authenticator', otpauth ?? ''),
    h('div', { class: 'row' }, h('button', { type: 'button', class: 'primary', onclick: () => dialog.close() }, 'It is handed over')));
}
