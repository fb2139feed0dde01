// A shape for every state, so that no reader depends on colour. Drawn once at the top of the page, used by name.
import { html } from '@lit-labs/ssr';
import type { Trouble } from './trouble.ts';

export type Shape = Trouble | 'up';

export const shapes: readonly Shape[] = ['up', 'slow', 'degraded', 'partial', 'down', 'unknown'];

export const shape = (name: Shape) =>
  html`<svg class="shape ${name}" aria-hidden="true"><use href="#shape-${drawings[name]}"></use></svg>`;

const drawings: Readonly<Record<Shape, string>> = {
  up: 'up',
  slow: 'half',
  degraded: 'half',
  partial: 'triangle',
  down: 'square',
  unknown: 'ring',
};

export const sprite = html`<svg class="sprite" aria-hidden="true" width="0" height="0">
  <symbol id="shape-up" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="7" fill="currentColor" />
    <path class="inside" d="m4.8 8.3 2.2 2.2 4.2-4.6" fill="none" stroke-width="1.8" />
  </symbol>
  <symbol id="shape-half" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
    <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
  </symbol>
  <symbol id="shape-triangle" viewBox="0 0 16 16">
    <path d="M8 1.5 15.5 14.5H.5z" fill="currentColor" />
  </symbol>
  <symbol id="shape-square" viewBox="0 0 16 16">
    <rect x="1" y="1" width="14" height="14" rx="1.5" fill="currentColor" />
    <path class="inside" d="m5 5 6 6m0-6-6 6" fill="none" stroke-width="2" />
  </symbol>
  <symbol id="shape-ring" viewBox="0 0 16 16">
    <circle
      cx="8"
      cy="8"
      r="6.2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-dasharray="2.4 1.5"
    />
  </symbol>
</svg>`;
