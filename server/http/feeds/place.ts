// Where the page is, for whoever reads elsewhere, and names that stay for ever.
import type { PublishedStatus } from '../../app/publish.ts';

/** The address of something on the page; from the root of wherever it was asked, when nobody has said where the page is. */
export const addressOf = ({ organisation: { page } }: PublishedStatus, path: string): string =>
  page === undefined ? path : new URL(path, page).href;

/** In whose name we name things. */
export const authorityOf = ({ organisation: { page, url } }: PublishedStatus): string =>
  URL.parse(page ?? url ?? '')?.hostname ?? 'vigie.invalid';

/** A name that is nobody else's, and stays when addresses change (RFC 4151). */
export const tagOf = (status: PublishedStatus, name: string): string =>
  `tag:${authorityOf(status)},2026:${name}`;
