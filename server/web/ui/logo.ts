import { element } from './icons.ts';

/** Two circles that meet; the same as icon.svg. */
export function logo(): SVGSVGElement {
  const root = element('svg', { class: 'logo', viewBox: '0 0 32 32', 'aria-hidden': 'true' });
  root.append(
    element('circle', { cx: 12, cy: 16, r: 10, fill: '#4f46e5' }),
    element('circle', { cx: 20, cy: 16, r: 10, fill: '#12a06a', 'fill-opacity': 0.82 }));
  return root;
}
