import { STAFF } from '../../kernel/permission.js';
import { registerRoutes } from '../../kernel/register.js';
import { type Route, route } from '../../kernel/route.js';
import { calendarRegister, calendars } from './entity.js';
import { PreviewReply, PreviewRequest, preview } from './preview.js';

/** The HTTP face of a calendar. */
export const routes: Route[] = [
  route({
    method: 'POST',
    path: '/v1/calendars/preview',
    permission: 'calendar:preview',
    roles: [...STAFF, 'requester'],
    summary: 'What a calendar would say, without saving it: a due instant, or working minutes between two instants',
    stateless: true,
    body: PreviewRequest,
    reply: PreviewReply,
    handle: async ({ body }) => ({ status: 200, body: preview(body) }),
  }),
  ...registerRoutes(calendars, calendarRegister),
];
