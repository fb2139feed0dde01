// Shows in place what happened on a day, when somebody points at its bar or follows its link. What it shows is on the page of
// the month, to which the link leads without this element.

/** What was shown last in the list of that id: a newer page takes the place of the list. */
const shown = new Map<string, Node>();
const timeoutMs = 10_000;
const dayMs = 86_400_000;

export class DayBars extends HTMLElement {
  #details: HTMLDetailsElement | null = null;

  connectedCallback(): void {
    this.#details = this.querySelector('details');
    const kept = shown.get(this.#details?.id ?? '');
    if (kept !== undefined && this.#details?.open) this.#details.querySelector('summary')?.after(kept);
    this.addEventListener('click', this.#clicked);
  }

  disconnectedCallback(): void {
    this.removeEventListener('click', this.#clicked);
  }

  readonly #clicked = (event: MouseEvent): void => {
    const { target } = event;
    if (!(target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = target.closest('a');
    if (link !== null && !target.closest('.day')) {
      event.preventDefault();
      this.#show(link.pathname, link.hash.slice(1), true);
    }
    // By keyboard there is no place that is pointed at: the list says all.
    const bars = target.closest('svg');
    if (bars !== null && event.detail > 0) this.#showAt(event, bars);
  };

  #showAt(event: MouseEvent, bars: Element): void {
    const { left, width } = bars.getBoundingClientRect();
    const days = (bars as SVGSVGElement).viewBox.baseVal.width / 3;
    const index = Math.floor(((event.clientX - left) / width) * days);
    const at = Date.parse(this.getAttribute('first') ?? '') + index * dayMs;
    const date = new Date(at).toISOString().slice(0, 10);
    // Another day than the one that is shown: the list stays open for it.
    const isShown = this.querySelector('.day')?.getAttribute('data-date') === date;
    if (this.#details?.open && !isShown) event.preventDefault();
    this.#show(`/${document.documentElement.lang}/history/${date.slice(0, 7)}`, date);
  }

  /** Who followed a link gets where it leads, whatever becomes of it. */
  #show(path: string, date: string, isLink = false): void {
    const request = new XMLHttpRequest();
    request.open('GET', path);
    request.responseType = 'document';
    request.timeout = timeoutMs;
    request.addEventListener('loadend', () => {
      const day = dayIn(request.responseXML, date, this.getAttribute('of') ?? '');
      if (day !== undefined) this.#put(day);
      else if (isLink) location.assign(`${path}#${date}`);
    });
    request.send();
  }

  #put(day: Element): void {
    const details = this.#details;
    if (details === null) return;
    let place = details.querySelector('.day');
    if (place === null) {
      place = document.createElement('div');
      place.className = 'day';
      place.setAttribute('role', 'status');
      details.querySelector('summary')?.after(place);
    }
    const said = place;
    said.setAttribute('data-date', day.id);
    // What a live region has at birth is announced by nobody.
    requestAnimationFrame(() => said.replaceChildren(...day.childNodes));
    shown.set(details.id, place);
  }
}

/** The row of a month in which the day is, with what it tells of this service; with all of it, when that is nothing. */
const dayIn = (month: Document | null, date: string, service: string): Element | undefined => {
  const rows = [...(month?.querySelectorAll('.chronicle > li') ?? [])];
  // The newest comes first, and quiet days are one row, named after the first of them.
  const row = rows.find(({ id }) => id <= date);
  const [mine, others] = [`[data-of="${service}"]`, `[data-of]:not([data-of="${service}"])`];
  if (row?.querySelector(mine)) for (const other of row.querySelectorAll(others)) other.remove();
  if (row !== undefined) row.id = date;
  return row;
};
