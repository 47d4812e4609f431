import * as z from 'zod';
import type { Role } from '../../kernel/permission.js';
import { recordRoutes } from '../../kernel/record-routes.js';
import { type Route, route } from '../../kernel/route.js';
import { roots } from './entity.js';

/** Who checks what others did. */
const CHECKING: readonly Role[] = ['auditor', 'sms-manager', 'admin'];

/** The HTTP face of daily roots: for who audits. `GET /v1/roots?sort=day` lists them, the latest first. */
export const routes: Route[] = [
  ...recordRoutes(roots, CHECKING),
  route({
    method: 'GET',
    path: '/v1/roots/{id}/file',
    permission: 'root:read',
    roles: CHECKING,
    summary: 'A link that downloads one root with its heads, as it was signed, for five minutes',
    reply: () => z.object({ url: z.string(), fileName: z.string(), size: z.int() }),
    handle: async ({ params }, { records, rootFiles }) => {
      const { day, file } = (await records.read(roots, params['id']!)).record;
      const fileName = `root-${day}.json`;
      return {
        status: 200,
        body: { url: await rootFiles.download(file.key, fileName, 'application/json'), fileName, size: file.size },
      };
    },
  }),
];
