import { type FieldError, Refusal } from '../../kernel/errors.js';
import type { VersionRef } from '../calendar/book.js';
import { MINUTE } from '../calendar/interval.js';
import type { WorkingTime } from '../calendar/working-time.js';
import type { Attachment } from './clock-state.js';
import type { SelectionRule } from './selection.js';
import type { AgreementTerms, Priority } from './terms.js';

/** What one version of an agreement asks of a ticket of this priority; a priority without targets is promised nothing. */
export const attachmentOf = (
  agreement: VersionRef & { readonly terms: Pick<AgreementTerms, 'targets' | 'pausingReasons' | 'retarget'> },
  choice: {
    readonly rule: SelectionRule;
    readonly priority: Priority;
    readonly calendar: VersionRef;
    readonly policy?: VersionRef | undefined;
  },
): Attachment => ({
  agreement: bare(agreement),
  calendar: bare(choice.calendar),
  ...(choice.policy && { policy: bare(choice.policy) }),
  rule: choice.rule,
  priority: choice.priority,
  targets: agreement.terms.targets[choice.priority] ?? {},
  pausing: agreement.terms.pausingReasons,
  retarget: agreement.terms.retarget,
});

const bare = ({ id, version }: VersionRef): VersionRef => ({ id, version });

/** The targets that a calendar cannot meet within ten years of an instant (epoch ms): a bad field each. For saving it. */
export const unreachableTargets = (targets: AgreementTerms['targets'], time: WorkingTime, from: number): FieldError[] =>
  Object.entries(targets).flatMap(([priority, clocks]) =>
    Object.entries(clocks ?? {}).flatMap(([clock, target]) => {
      const message = refusalOf(() =>
        'days' in target ? time.dueDays(from, target.days) : time.due(from, target.minutes * MINUTE),
      );
      return message === undefined ? [] : [{ pointer: `/targets/${priority}/${clock}`, message }];
    }),
  );

function refusalOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
