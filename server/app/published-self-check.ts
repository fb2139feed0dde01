// What everybody may know of « Est-ce mon site ? »: that it is there, and which outages explain that of a site.
import { z } from 'zod';
import type { Config } from '../../config/config.ts';

export const publishedSelfCheck = () =>
  z
    .strictObject({ services: z.array(z.string()).readonly() })
    .describe(
      'Present where readers can have their own site looked at: the services whose outage explains that of a site.',
    )
    .exactOptional();

export const publishSelfCheck = (
  { selfCheck }: Config,
  services: readonly { readonly id: string }[],
): { readonly selfCheck?: { readonly services: readonly string[] } } => {
  if (selfCheck === undefined) return {};
  const ids = services.map(({ id }) => id);
  return { selfCheck: { services: ids.filter((id) => selfCheck.services?.includes(id) ?? true) } };
};
