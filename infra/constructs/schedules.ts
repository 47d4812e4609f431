import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression, ScheduleGroup, ScheduleTargetInput, Schedule as Timetable } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Schedule } from '../../functions/kernel/area.js';

export interface SchedulesProps {
  readonly name: string;
  readonly schedules: readonly Schedule[];
  /** Asked `{ task }`. */
  readonly tasks: IFunction;
  readonly deadLetters: IQueue;
}

/** What runs by itself. A run that cannot be delivered is worth less than the next one, so it is not tried for long. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { name, schedules, tasks, deadLetters }: SchedulesProps) {
    super(scope, id);
    const scheduleGroup = new ScheduleGroup(this, 'Group', { scheduleGroupName: name });
    for (const { name: called, expression, task } of schedules) {
      new Timetable(this, called, {
        scheduleGroup,
        scheduleName: called,
        schedule: ScheduleExpression.expression(expression),
        target: new LambdaInvoke(tasks, {
          input: ScheduleTargetInput.fromObject({ task }),
          deadLetterQueue: deadLetters,
          retryAttempts: 3,
          maxEventAge: Duration.minutes(30),
        }),
      });
    }
  }
}
