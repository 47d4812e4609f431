import type { Area } from '../functions/kernel/area.js';

/** The kinds of function that an area may have; each is an entry file of that name in the area's folder. */
export const KINDS = ['api', 'tasks', 'events', 'signals', 'starter', 'webhooks', 'intake'] as const;
export type Kind = (typeof KINDS)[number];

/** The kinds that an area declares. */
export const kindsOf = (area: Area): Kind[] =>
  KINDS.filter((kind) => (kind === 'api' ? area.routes.length > 0 : area[kind] !== undefined));

/** The file that an area's function begins in. */
export const entryOf = (area: Area, kind: Kind): string => `functions/${area.name}/${kind}.ts`;

/** Functions that belong to no area. */
export const SPINE = {
  relay: 'functions/spine/relay.ts',
  receiptRule: 'functions/spine/receipt-rule.ts',
  portal: 'functions/portal/api.ts',
} as const;

/** Every entry file that is deployed. */
export const allEntries = (areas: readonly Area[]): string[] => [
  ...areas.flatMap((area) => kindsOf(area).map((kind) => entryOf(area, kind))),
  ...Object.values(SPINE),
];

/** `functions/operation/api.ts` → `operation-api`: where its bundle lies among others. */
export const folderOf = (entry: string): string =>
  entry
    .replace(/^functions\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-');
