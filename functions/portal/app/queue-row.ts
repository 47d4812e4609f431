import { timeOf } from './clock.js';
import { el } from './dom.js';
import { type Clock, isLive, type Listed } from './incident/incident.js';
import { t, word } from './language/language.js';
import { breachedChip, countdown, pausedChip, stillChip } from './time-left.js';
import type { Desk } from './view.js';

/** One incident in a list: the whole row is its link. */
export function queueRow(item: Listed, clocks: readonly Clock[] | undefined, desk: Desk): HTMLElement {
  const { directory } = desk;
  const about = directory.namesOf([item.serviceId, item.customerId]);
  const link = el(
    'a',
    { class: 'row-link', href: `#/incidents/${item.number}`, 'data-key': item.id },
    el('span', { class: 'number' }, item.number),
    el('span', { class: 'row-title' }, item.title),
  );
  return el(
    'li',
    { class: 'row' },
    el('div', { class: 'row-left' }, desk.requester ? timeOf(item.createdAt) : timeLeft(item, clocks)),
    el('div', { class: 'row-main' }, link, about.length > 0 && el('p', { class: 'row-about' }, about.join(' · '))),
    el('div', { class: 'row-marks' }, priorityMark(item.priority), statusMark(item.status)),
    !desk.requester && who(item, desk),
  );
}

const who = ({ teamId, assigneeId }: Listed, { directory }: Desk): HTMLElement =>
  el(
    'div',
    { class: 'row-who' },
    el('span', { class: assigneeId === undefined ? 'muted' : '' }, directory.nameOf(assigneeId) ?? t('queue.unassigned')),
    el('span', { class: 'muted small' }, directory.nameOf(teamId) ?? t('queue.no-team')),
  );

/** What a list knows of the clocks is the first breach and the next due instant; where there is neither, the clocks themselves say why. */
function timeLeft(item: Listed, clocks: readonly Clock[] | undefined): HTMLElement {
  if (!isLive(item)) return stillChip(t('left.over'), true);
  if (item.overdueSince !== undefined) return breachedChip(item.overdueSince);
  if (item.nextDue !== undefined) return countdown(item.nextDue);
  const paused = item.status === 'pending' || (clocks ?? []).some(({ status }) => status === 'paused');
  return paused ? pausedChip() : stillChip(t('left.none'));
}

export const priorityMark = (priority: number): HTMLElement =>
  el('span', { class: 'priority', 'data-priority': priority, title: t('priority', { n: priority }) }, `P${priority}`);

export const statusMark = (status: string): HTMLElement =>
  el('span', { class: 'status', 'data-status': status }, word('status', status));
