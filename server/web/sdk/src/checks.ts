import type { Json, RefusalCode, Socials } from './contract.ts';
import { MatchmakerError } from './errors.ts';

/** Bytes of one signal as JSON in UTF-8. */
const maxSignalBytes = 65_536;
/** Characters of one line of chat, after NFC. */
const maxChatCharacters = 500;
const maxSocials = 8;

// As the server reads them. What only it can decide (is there anything to see in this line?), it decides.
const clientIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const networkPattern = /^[a-z0-9]{1,20}$/;
const handlePattern = /^[!-;=?-~]{1,64}$/;
/** Control characters, line ends, direction overrides and isolates, halves of a character. */
const unwelcome = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/u;

/** The refusals that the server would answer, given before anything is sent: a frame that is too large costs the connection. */
export function checkSignal(data: Json): void {
  const bytes = new TextEncoder().encode(JSON.stringify(data)).length;
  if (bytes > maxSignalBytes) {
    refuse('too_large', 'data', `At most ${maxSignalBytes} bytes of JSON, not ${bytes}.`);
  }
}

export function checkChat(clientId: string, text: string): void {
  if (!clientIdPattern.test(clientId)) {
    refuse('invalid_argument', 'clientId', '1 to 64 letters, digits, - or _.');
  }
  const characters = [...text.normalize('NFC')].length;
  if (text.trim() === '' || characters > maxChatCharacters || unwelcome.test(text)) {
    refuse('invalid_argument', 'text', `1 to ${maxChatCharacters} characters on one line.`);
  }
}

export function checkSocials(socials: Socials): void {
  const entries = Object.entries(socials);
  const fine = entries.every(([network, handle]) => networkPattern.test(network) && handlePattern.test(handle));
  if (entries.length < 1 || entries.length > maxSocials || !fine) {
    refuse('invalid_argument', 'socials', `1 to ${maxSocials} networks (a-z, 0-9), names of 1 to 64 visible characters.`);
  }
}

function refuse(code: RefusalCode, field: string, message: string): never {
  throw new MatchmakerError(code, message, { field });
}
