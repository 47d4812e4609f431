import type { RESOLUTION_CODES } from '../../../../functions/operation/incident/incident.js';
import type { Chance } from '../chance.js';
import type { CustomerKey } from '../people.js';
import type { ServiceKey } from '../promises.js';

/** A kind of trouble and how it goes, in the words of those concerned. `{names}` are filled in. */
export interface Scenario {
  readonly category: string;
  readonly title: string;
  readonly description: string;
  readonly impact: 1 | 2 | 3;
  readonly urgency: 1 | 2 | 3;
  /** What the agent answers first. */
  readonly reply: string;
  /** What the agent must know from the requester, and the answer. */
  readonly ask?: readonly [question: string, answer: string];
  readonly note?: string;
  /** What was done, for the worklog. */
  readonly work: string;
  readonly code: (typeof RESOLUTION_CODES)[number];
  readonly resolution: string;
  /** What the requester says when it comes back. */
  readonly again?: string;
}

export type Scenarios = Readonly<Record<CustomerKey, readonly Scenario[]>>;
export type Told = Scenario & { readonly service: ServiceKey; readonly customer: CustomerKey };

const NAMES: Readonly<Record<CustomerKey, Readonly<Record<string, readonly string[]>>>> = {
  harbour: {
    site: ['Altenwerder', 'Billbrook', 'HafenCity'],
    hall: ['hall 1', 'hall 2', 'hall 3', 'the cold store'],
    gate: ['gate 2', 'gate 4', 'gate 7', 'gate 11', 'gate 14'],
    room: ['Alster', 'Elbe', 'Bille', 'Speicher', 'Kogge'],
    colleague: ['Birgit from accounting', 'Mehmet from dispatch', 'our new trainee', 'the late shift', 'Ole from customs'],
  },
  jade: {
    site: ['浦东总部', '洋山仓库', '宁波仓库'],
    hall: ['一号库', '二号库', '冷链库', '保税库'],
    gate: ['2 号月台', '5 号月台', '8 号月台', '12 号月台'],
    room: ['长江厅', '黄浦厅', '外滩厅', '三楼会议室'],
    colleague: ['财务部小李', '新来的同事', '夜班同事', '单证组小陈', '采购部老张'],
  },
};

const PREFIX: Readonly<Record<CustomerKey, string>> = { harbour: 'HL', jade: 'JR' };

/** One way that a scenario happens: the same names throughout its texts. */
export function happen<T extends Scenario>(scenario: T, customer: CustomerKey, chance: Chance): T {
  const names: Record<string, string> = {
    ...Object.fromEntries(Object.entries(NAMES[customer]).map(([name, values]) => [name, chance.one(values)])),
    printer: `${PREFIX[customer]}-PRN-${String(chance.whole(1, 38)).padStart(2, '0')}`,
    scanner: `${PREFIX[customer]}-MC-${chance.whole(100, 189)}`,
    notebook: `${PREFIX[customer]}-NB-${chance.whole(300, 560)}`,
    order: `${PREFIX[customer]}-${chance.whole(48_000, 53_999)}`,
    container: `${chance.one(['MSKU', 'HLXU', 'CSNU', 'OOLU'])} ${chance.whole(100_000, 999_999)}-${chance.whole(0, 9)}`,
    count: String(chance.whole(3, 14)),
  };
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name);
  const { title, description, reply, ask, note, work, resolution, again } = scenario;
  return {
    ...scenario,
    title: filled(title),
    description: filled(description),
    reply: filled(reply),
    work: filled(work),
    resolution: filled(resolution),
    ...(ask && { ask: [filled(ask[0]), filled(ask[1])] }),
    ...(note !== undefined && { note: filled(note) }),
    ...(again !== undefined && { again: filled(again) }),
  };
}
