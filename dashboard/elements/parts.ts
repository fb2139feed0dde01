// Takes a newer copy of the page that is open, and puts what has changed of it in the place of what was there. Nodes that the
// browser parsed take the place of others, so that nobody needs a right to write HTML.

export interface Asking {
  /** After the address of the page. */
  readonly query?: string;
  readonly timeoutMs: number;
  readonly take: (newer: Document, request: XMLHttpRequest) => void;
  /** Called after it, whatever became of it. */
  readonly ended?: () => void;
}

/** XMLHttpRequest, because it alone gives a parsed document without a string that would be written as HTML. */
export const askAgain = ({ query = '', timeoutMs, take, ended = () => {} }: Asking): void => {
  const request = new XMLHttpRequest();
  request.open('GET', location.pathname + query);
  request.responseType = 'document';
  request.timeout = timeoutMs;
  request.addEventListener('load', () => {
    if (request.responseXML !== null) take(request.responseXML, request);
  });
  request.addEventListener('loadend', ended);
  request.send();
};

export const replaceParts = (newer: Document): void => {
  document.title = newer.title;
  const focused = addressOf(document.activeElement);
  for (const details of document.querySelectorAll<HTMLDetailsElement>('details[id]'))
    newer.getElementById(details.id)?.toggleAttribute('open', details.open);
  for (const part of document.querySelectorAll('[data-part]')) {
    const replacement = newer.querySelector(`[data-part="${part.getAttribute('data-part')}"]`);
    if (replacement !== null && !part.isEqualNode(replacement))
      part.replaceChildren(...replacement.childNodes);
  }
  // Whoever had the keyboard in what was replaced has it in what took its place.
  if (focused !== undefined && document.activeElement === document.body)
    document.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
};

/** What finds it again in a newer copy of the page; nothing, where nothing does. */
const addressOf = (element: Element | null): string | undefined => {
  if (element === null || element === document.body) return undefined;
  if (element.id !== '') return `#${CSS.escape(element.id)}`;
  // The same link may be in several lists, of which only this one is open.
  const list = element.closest('details[id]')?.id;
  const part = element.closest('[data-part]')?.getAttribute('data-part') ?? '';
  const within = list === undefined ? `[data-part="${part}"]` : `#${CSS.escape(list)}`;
  if (element.tagName === 'SUMMARY') return list === undefined ? undefined : `${within} > summary`;
  const to = element.getAttribute('href');
  return to === null ? undefined : `${within} [href="${CSS.escape(to)}"]`;
};
