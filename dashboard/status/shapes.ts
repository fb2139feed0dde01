// A shape for every state, so that no reader depends on colour. Drawn once at the top of the page, used by name.
import { html } from '@lit-labs/ssr';
import type { Trouble } from './trouble.ts';

export type Shape = Trouble | 'up';

export const shapes: readonly Shape[] = [
  'up',
  'expiring',
  'maintenance',
  'slow',
  'degraded',
  'partial',
  'down',
  'unknown',
];

export const shape = (name: Shape) =>
  html`<svg class="shape ${name}" aria-hidden="true"><use href="#shape-${name}"></use></svg>`;

export const sprite = html`<svg class="sprite" aria-hidden="true" width="0" height="0">
  <symbol id="shape-up" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="7" fill="currentColor" />
    <path class="inside" d="m4.8 8.3 2.2 2.2 4.2-4.6" fill="none" stroke-width="1.8" />
  </symbol>
  <symbol id="shape-expiring" viewBox="0 0 16 16">
    <rect x="2" y="3" width="12" height="11" rx="1.5" fill="none" stroke="currentColor" stroke-width="1.8" />
    <path d="M2 3.5h12v3.7H2zM4.3 1h1.8v3H4.3zm5.6 0h1.8v3H9.9z" fill="currentColor" />
  </symbol>
  <symbol id="shape-maintenance" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="7" fill="currentColor" />
    <path class="inside" d="M6.2 5v6m3.6-6v6" fill="none" stroke-width="1.8" />
  </symbol>
  <symbol id="shape-slow" viewBox="0 0 16 16">
    <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
    <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
  </symbol>
  <symbol id="shape-degraded" viewBox="0 0 16 16">
    <path d="m8 .8 6.3 3.6v7.2L8 15.2l-6.3-3.6V4.4z" fill="currentColor" />
    <path class="inside" d="M8 4.6v4m0 2.8v.1" fill="none" stroke-width="2" />
  </symbol>
  <symbol id="shape-partial" viewBox="0 0 16 16">
    <path d="M8 1.5 15.5 14.5H.5z" fill="currentColor" />
  </symbol>
  <symbol id="shape-down" viewBox="0 0 16 16">
    <rect x="1" y="1" width="14" height="14" rx="1.5" fill="currentColor" />
    <path class="inside" d="m5 5 6 6m0-6-6 6" fill="none" stroke-width="2" />
  </symbol>
  <symbol id="shape-unknown" viewBox="0 0 16 16">
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
