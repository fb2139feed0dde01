// Where members subscribe to mails, after the language. What ends with a token is in mails.
export const subscribePath = '/subscribe';
export const confirmPath = (token: string): string => `${subscribePath}/${token}`;
export const wishPath = (token: string): string => `/subscription/${token}`;
export const erasurePath = (token: string): string => `/unsubscribe/${token}`;
