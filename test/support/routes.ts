// Who may call which route: the matrix that the listeners are held to, as they stand and while a world lives.

/** On the public listener. */
export const everybody = [
  'GET /',
  'GET /*',
  'GET /:language{(?:fr|en)}/services/:id/:window{(?:24h|7d|30d|90d|13m)}?',
  'GET /api/v1/services/:id/history',
  'GET /api/v1/services/:id/times/:window{(?:24h|7d|30d|90d|13m)}',
  'GET /api/v1/services/:id/times/:window{(?:24h|7d|30d|90d|13m)}/csv',
  'GET /assets/:file',
  'GET /healthz',
  'GET /heartbeat/:token',
  'GET /heartbeat/:token/:signal{start|done|fail}',
  'GET /live',
  'GET /robots.txt',
  'GET /services/:id',
  'OPTIONS /',
  'POST /heartbeat/:token',
  'POST /heartbeat/:token/:signal{start|done|fail}',
] as const;
/** Who reaches the private listener. */
export const administrators = [
  'GET /alerts',
  'GET /alerts/events',
  'GET /api/v1/alerts',
  'GET /api/v1/checks/:id/explanations',
  'GET /api/v1/checks/:id/latency',
  'GET /api/v1/checks/:id/results',
  'GET /api/v1/incidents',
  'GET /api/v1/incidents/:id',
  'GET /api/v1/maintenance',
  'GET /api/v1/reports/:month',
  'GET /api/v1/services/:id/history',
  'GET /api/v1/subscribers',
  'GET /assets/:file',
  'GET /healthz',
  'GET /metrics',
  'GET /reports/:month',
  'OPTIONS /',
] as const;
/** Who reaches it and shows a token that holds: these change something. */
export const tokenHolders = [
  'POST /api/v1/alerts/:id/acknowledgement',
  'POST /api/v1/incidents',
  'POST /api/v1/incidents/:id/entries',
  'POST /api/v1/maintenance',
  'POST /api/v1/maintenance/:id/cancel',
  'POST /api/v1/maintenance/:id/end',
  'POST /api/v1/silences',
  'POST /api/v1/silences/:id/end',
  'POST /api/v1/subscribers/bounced',
  'POST /api/v1/subscribers/erased',
] as const;
