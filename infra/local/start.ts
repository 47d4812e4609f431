import './promise-with-resolvers.js';
import { createServer } from 'node:net';
import { resolve as absolute } from 'node:path';
import { openApi } from '../../functions/kernel/openapi.js';
import { portal } from '../../functions/portal/portal.js';
import { areas } from '../areas.js';
import { Authoriser } from './authoriser.js';
import { clearHalfLoaded, firstStart } from './demo/first-start.js';
import { clearFolder } from './demo/state.js';
import { Gateway } from './gateway.js';
import { greet } from './greeting.js';
import { openHome } from './home.js';
import { Issuer } from './issuer.js';
import { localRoutes } from './local-routes.js';
import { builtPortal } from './portal-build.js';
import { portalRoutes, routesFor } from './routes.js';
import { LOCAL_ISSUER } from './sample-people.js';

/** `npm start`: the whole system on this machine. */
const HELP = `npm start [-- OPTIONS]: runs the whole system on this machine, at first with a demo organisation.

  --fresh   removes what the data folder holds and begins again
  --empty   begins without the demo organisation
  --help    says this

  PORT           where it answers (3000); mail is received 25 above
  STEWARD_DATA   its data folder (.steward)`;
const began = performance.now();
// Node 20 is the oldest version that this runs on, and we know that the SDK will leave it one day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
const options = new Set(process.argv.slice(2));
if (options.has('--help')) {
  say(HELP);
  process.exit(0);
}
const unknown = [...options].filter((option) => option !== '--fresh' && option !== '--empty');
if (unknown.length > 0) fail(`There is no option ${unknown.join(' ')}; there are --fresh and --empty.`);

const port = Number(process.env['PORT'] ?? 3000);
if (!Number.isInteger(port) || port < 1 || port > 65_000) fail(`PORT is a number from 1 to 65000, not ${process.env['PORT']}.`);
if (!(await isFree(port))) fail(`Port ${port} is in use on this machine. Set PORT to another one.`);
const folder = absolute(process.env['STEWARD_DATA'] ?? '.steward');
const url = `http://127.0.0.1:${port}`;

try {
  if (options.has('--fresh')) await clearFolder(folder);
  await clearHalfLoaded(folder, say);
  const [home, portalFolder] = await Promise.all([openHome({ folder, url, smtpPort: port + 25 }), builtPortal()]);
  const demo = await firstStart(home, folder, !options.has('--empty'), { issuer: LOCAL_ISSUER, say });
  const issuer = await Issuer.open({
    url: LOCAL_ISSUER,
    documentsAt: url,
    audience: 'steward',
    keyFile: `${folder}/issuer.pem`,
    now: home.clock.now,
  });
  const authoriser = new Authoriser({
    issuer: issuer.url,
    audience: [issuer.audience],
    jwks: issuer.jwks as never,
    now: home.clock.now,
  });
  const gateway = await Gateway.open({
    routes: [
      ...portalRoutes(portal({ folder: portalFolder, openApi: openApi(areas, url) })),
      ...routesFor(areas, home.dependencies),
    ],
    claimsOf: (authorization) => authoriser.claims(authorization),
    now: home.clock.now,
    port,
    local: localRoutes(home, issuer),
    answered: (method) => method !== 'GET' && home.stream.nudge(),
  });
  process.stdout.write(
    greet({
      url,
      folder,
      smtpPort: home.smtpPort,
      mailAddress: home.dependencies.env.MAIL_FROM,
      milliseconds: performance.now() - began,
      demo,
    }),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      gateway
        .close()
        .then(() => home.close())
        .then(
          () => process.exit(0),
          (error: unknown) => fail(String(error)),
        );
    });
  }
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isFree(wanted: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
