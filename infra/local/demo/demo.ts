import { setTimeout } from 'node:timers/promises';
import { findingTasks, type Place } from '../../../functions/finding/working.js';
import type { Dependencies } from '../../../functions/platform/dependencies.js';
import { storeOver } from '../../../functions/platform/store.js';
import type { Home } from '../home.js';
import type { Course } from './course.js';
import { LoadingTable } from './loading-table.js';
import { pastMonth } from './month.js';
import { complain, type Organisation, setUp } from './organisation.js';
import { PastDesk, type Shown } from './past-desk.js';
import { act, arm, open, type Played, play, ringUntil } from './playing.js';
import { present } from './present.js';
import { MINUTE, workingMinutesBefore } from './times.js';

const SEED = 20_000;
const SET_UP_BEFORE = 44 * 24 * 60;
/** What was due to be told longer ago than this lies in the past; what is younger is told when the loading is over. */
const TOLD_SINCE = 4 * MINUTE;

export interface Loading {
  /** The name of the issuer whose subjects the sample people are. */
  readonly issuer: string;
  /** Takes one line about the progress. */
  readonly say: (line: string) => void;
}

export interface Loaded {
  readonly past: number;
  readonly live: number;
}

/**
 * Loads the demo organisation into an empty table: who it is, what it promises, a month of incidents, and those that are
 * being worked on at this moment. Everything is written by the areas' own functions, at the instants at which it is said to
 * have happened, while nobody is told; then the live ones get their timers, and the last few things happen aloud.
 */
export async function loadDemo(home: Home, { issuer, say }: Loading): Promise<Loaded> {
  const now = home.clock.millis();
  home.quiet = true;
  say('Setting up the demo organisation: two customers, five services, three teams …');
  const desk = new PastDesk(whileLoading(home.dependencies), issuer);
  const organisation = await setUp(desk, issuer, workingMinutesBefore('hamburg', now - SET_UP_BEFORE * MINUTE, 60));
  const [past, live] = [pastMonth(now, SEED), present(now, SEED)];
  say(`Loading a month of its history: ${past.length} incidents …`);
  const fresh = live.filter(({ received }) => received >= now - 1);
  const begun = live.filter((course) => !fresh.includes(course));
  const [reached] = await Promise.all([playAll(desk, organisation, [...past, ...begun]), complain(desk, organisation, now)]);
  const under = begun.map((course) => ({ course, reached: reached.get(course)! }));
  for (const {
    reached: { id },
  } of under)
    await ringUntil(desk, id, now - TOLD_SINCE);
  await passedOver(home);
  await index(home);
  home.quiet = false;
  say(`Bringing it up to now: ${live.length} incidents are being worked on …`);
  await aloud(home, new PastDesk(home.dependencies, issuer), organisation, under, fresh);
  return { past: past.length, live: live.length };
}

const whileLoading = (dependencies: Dependencies): Dependencies => {
  const { env, signer, documents } = dependencies;
  const table = new LoadingTable(documents, env.TABLE_NAME).asked;
  const store = storeOver(table, { table: env.TABLE_NAME, shards: Number(env.SHARDS) }, signer);
  return { ...dependencies, documents: table, store };
};

/** Escalations begin to wait, and the last few things happen so that people are told. */
async function aloud(
  home: Home,
  desk: PastDesk,
  organisation: Organisation,
  under: readonly Under[],
  fresh: readonly Course[],
): Promise<void> {
  const now = () => home.clock.millis();
  await Promise.all(under.map(({ reached: { id } }) => arm(desk, id, now())));
  for (const course of fresh) await open(desk, organisation, { ...course, received: now() });
  for (const { course, reached } of under)
    for (const step of course.last ?? []) await act(desk, organisation, reached, { ...step, at: now() }, course);
  home.stream.nudge();
  await home.settled();
}

/** What was written while nobody was told is found by its words. */
async function index({ dependencies }: Home): Promise<void> {
  const tasks = findingTasks(dependencies);
  let from: Place | undefined;
  do ({ from } = await tasks({ task: 'index', ...(from && { from }) }));
  while (from !== undefined);
}

interface Under {
  readonly course: Course;
  readonly reached: Played;
}

/** The stream must have gone by everything that nobody is to be told of. */
async function passedOver({ stream }: Home): Promise<void> {
  while (!(await stream.settled())) await setTimeout(5);
}

/** Opens all in the order in which they were received, so that numbers rise with time; how each goes on is its own matter. */
async function playAll(desk: PastDesk, organisation: Organisation, courses: readonly Course[]): Promise<Map<Course, Played>> {
  const inOrder = [...courses].sort((a, b) => a.received - b.received);
  const opened = await openInTurn(desk, organisation, inOrder);
  const played = await Promise.all(inOrder.map((course, i) => play(desk, organisation, course, opened[i]!)));
  return new Map(inOrder.map((course, i) => [course, played[i]!]));
}

/** One after the other: a number is minted somewhere within its request. */
async function openInTurn(desk: PastDesk, organisation: Organisation, inOrder: readonly Course[]): Promise<Shown[]> {
  const opened: Shown[] = [];
  for (const course of inOrder) opened.push(await open(desk, organisation, course));
  return opened;
}
