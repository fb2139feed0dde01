// Whose page it is, as everybody may know it.
import { z } from 'zod';
import type { Organisation } from '../../config/config.ts';

export const publishedOrganisation = z.strictObject({
  name: z.string(),
  timezone: z.string().describe('IANA name of the zone in which the page tells the time.'),
  languages: z.array(z.enum(['fr', 'en'])).readonly(),
  url: z.string().exactOptional(),
  page: z.string().describe('Where the public page is.').exactOptional(),
  contact: z.string().describe('The address of mail for what does not work.').exactOptional(),
});

export const publishOrganisation = ({
  name,
  timezone,
  languages,
  url,
  page,
  contact,
}: Organisation): z.output<typeof publishedOrganisation> => ({
  name,
  timezone,
  languages,
  ...(url !== undefined && { url }),
  ...(page !== undefined && { page }),
  ...(contact !== undefined && { contact }),
});
