import { setTimeout } from 'node:timers/promises';
import type { Home } from '../home.js';
import type { Course } from './course.js';
import { pastMonth } from './month.js';
import { complain, type Organisation, setUp } from './organisation.js';
import { PastDesk, type Shown } from './past-desk.js';
import { act, arm, open, play, type Played, ringUntil } from './playing.js';
import { present } from './present.js';
import { MINUTE, workingMinutesBefore } from './times.js';

const SEED = 20_000;
const SET_UP_BEFORE = 44 * 24 * 60;
/** What was due to be told longer ago than this lies in the past; what is younger is told when the loading is over. */
const TOLD_SINCE = 4 * MINUTE;
const HANDS = 4;

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
  const desk = new PastDesk(home, issuer);
  const now = home.clock.millis();
  home.quiet = true;
  say('Setting up the demo organisation: two customers, five services, three teams …');
  const organisation = await setUp(desk, issuer, workingMinutesBefore('hamburg', now - SET_UP_BEFORE * MINUTE, 60));
  await complain(desk, organisation, now);
  const [past, live] = [pastMonth(now, SEED), present(now, SEED)];
  const isFresh = ({ received }: Course) => received >= now - 1;
  const played = await playAll(desk, organisation, [...past, ...live.filter((course) => !isFresh(course))], say);
  const under = live.flatMap((course) => {
    const reached = played.get(course);
    return reached ? [{ course, reached }] : [];
  });
  await Promise.all(under.map(({ reached }) => ringUntil(desk, reached.id, now - TOLD_SINCE)));
  await passedOver(home);
  home.quiet = false;
  await Promise.all(under.map(({ reached }) => arm(desk, reached.id, home.clock.millis())));
  for (const course of live.filter(isFresh)) await open(desk, organisation, { ...course, received: home.clock.millis() });
  for (const { course, reached } of under) await finish(desk, organisation, course, reached, home);
  home.stream.nudge();
  await home.settled();
  return { past: past.length, live: live.length };
}

/** The stream must have gone by everything that nobody is to be told of. */
async function passedOver({ stream }: Home): Promise<void> {
  while (!(await stream.settled())) await setTimeout(5);
}

async function finish(desk: PastDesk, organisation: Organisation, course: Course, reached: Played, home: Home): Promise<void> {
  let played = reached;
  for (const step of course.last ?? [])
    played = await act(desk, organisation, played, { ...step, at: home.clock.millis() }, course);
}

/** Opens incidents in the order in which they were received, so that numbers rise with time; the rest of each goes in parallel. */
async function playAll(desk: PastDesk, organisation: Organisation, courses: readonly Course[], say: Loading['say']) {
  const waiting = [...courses].sort((a, b) => a.received - b.received);
  const played = new Map<Course, Played>();
  let opening: Promise<unknown> = Promise.resolve();
  const inTurn = (course: Course): Promise<Shown> => {
    const opened = opening.then(() => open(desk, organisation, course));
    opening = opened;
    return opened;
  };
  const work = async () => {
    for (let course = waiting.shift(); course; course = waiting.shift()) {
      played.set(course, await play(desk, organisation, course, await inTurn(course)));
      if (played.size % 40 === 0) say(`Loading a month of history: ${played.size} of ${courses.length} incidents …`);
    }
  };
  await Promise.all(Array.from({ length: HANDS }, work));
  return played;
}
