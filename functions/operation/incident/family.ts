import type { Companion } from '../../kernel/decision.js';
import { keyPrefix, partitionOf } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import type { Change } from './clocking.js';
import { incidents } from './entity.js';
import { type Incident, phaseOf } from './incident.js';

/**
 * Many reports of one cause: a parent that is worked on, and children that are resolved with it. One level deep: a tree says
 * nothing about who is told what, and with one level neither circles nor endless chains can come about. Parent and child are
 * decided on together, so this holds whoever else is at work. A parent that belongs to a customer takes that customer's
 * incidents only, so that whoever sees the parent sees its children; one that belongs to nobody takes any. Pure.
 */
export const MOST_CHILDREN = 500;

export function setParent(child: Incident, parent: Incident): readonly [Change, Change] {
  refuseKinship(child, parent);
  const children = (parent.children ?? 0) + 1;
  return [
    {
      next: { ...child, parentId: parent.id },
      event: 'incident.parent-set',
      detail: { parentId: parent.id, number: parent.number },
    },
    {
      next: { ...parent, children },
      event: 'incident.child-added',
      detail: { child: child.id, number: child.number },
      quiet: true,
    },
  ];
}

export function unsetParent(child: Incident, parent: Incident): readonly [Change, Change] {
  if (child.parentId !== parent.id)
    throw new Refusal('conflict', `${child.number} is no child of ${parent.number}; read it again.`);
  const { parentId: _, ...rest } = child;
  return [
    { next: rest, event: 'incident.parent-unset', detail: { parentId: parent.id, number: parent.number } },
    {
      next: { ...parent, children: Math.max(0, (parent.children ?? 0) - 1) },
      event: 'incident.child-removed',
      detail: { child: child.id, number: child.number },
      companions: [{ operation: 'delete', sk: childKey(child.id) }],
      quiet: true,
    },
  ];
}

function refuseKinship(child: Incident, parent: Incident): void {
  const refuse = (message: string) => {
    throw new Refusal('conflict', message, { errors: [{ pointer: '/parentId', message }] });
  };
  if (child.id === parent.id) refuse(`${child.number} cannot be its own parent.`);
  if (child.parentId !== undefined) refuse(`${child.number} has a parent already; unset it first.`);
  if ((child.children ?? 0) > 0) refuse(`${child.number} has children itself; families are one level deep.`);
  if (parent.parentId !== undefined) refuse(`${parent.number} is a child itself; families are one level deep.`);
  if (phaseOf(child) === 'done') refuse(`${child.number} is ${child.status}.`);
  if (phaseOf(parent) !== 'live') refuse(`${parent.number} is ${parent.status}: a parent is one that is worked on.`);
  if ((parent.children ?? 0) >= MOST_CHILDREN) refuse(`${parent.number} has ${MOST_CHILDREN} children, and takes no more.`);
  if (parent.customerId !== undefined && parent.customerId !== child.customerId)
    refuse(`${parent.number} belongs to a customer and takes that customer’s only; a parent of several belongs to none.`);
  if (sorted(parent.restrictedTo) !== sorted(child.restrictedTo))
    refuse('Both are restricted to the same teams, or neither is: restrict, or lift the restriction, first.');
}

const sorted = (ids: readonly string[] = []): string => [...ids].sort().join();

/** What a family was formed on does not change while it stands. */
export function refuseInFamily({ number, parentId, children = 0 }: Incident, what: string): void {
  if (parentId === undefined && children === 0) return;
  throw new Refusal(
    'conflict',
    `Cannot ${what} while ${number} has ${children > 0 ? 'children' : 'a parent'}: take them apart first.`,
  );
}

export const childKey = (id: string): string => `CHILD#${id}`;
/** Where parents are found whose children are still to follow. */
export const FOLLOWING = `${keyPrefix(incidents)}#FOLLOW`;

/** What children follow their parent in: its resolution, its closing, or what was said to all. */
export type Followed =
  | { readonly what: 'resolved' | 'closed'; readonly cycle: number }
  | { readonly what: 'said'; readonly comment: string };

/** Written with what the parent's children are to follow, so that no crash lets them wait for ever. */
export function toFollow({ id, children = 0 }: Incident, followed: Followed, now: string): Companion[] {
  if (children === 0) return [];
  return [
    {
      operation: 'put',
      sk: followKey(followed),
      body: { ...followed, since: now, failed: [] },
      list: { id },
      index: { gsi1pk: FOLLOWING, gsi1sk: `${now}#${id}` },
    },
  ];
}

export const followKey = (followed: Followed): string =>
  `FOLLOW#${followed.what}#${followed.what === 'said' ? followed.comment : followed.cycle}`;

export const familyPartition = (parentId: string): string => partitionOf(incidents, parentId);
