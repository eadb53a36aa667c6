import { App } from './app.ts';
import { keepTimes } from './parts/words.ts';

document.querySelector('#skip')!.addEventListener('click', () => document.querySelector('main')!.focus());
keepTimes();
void new App().start();
