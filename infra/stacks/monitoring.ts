import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { type DeploymentConfig, nameOf } from '../config.js';
import type { HouseFunction } from '../constructs/house-function.js';
import type { ApplicationStack } from './application.js';

export interface MonitoringStackProps extends StackProps {
  readonly config: DeploymentConfig;
  readonly application: ApplicationStack;
}

const FIVE_MINUTES = Duration.minutes(5);

/** Functions whose failing shows elsewhere at once, and the alarm that says so; an alarm of their own would cost and say no more. */
export const WATCHED_BY: Readonly<Record<string, string>> = {
  'spine-relay': 'relay-age',
  'operation-starter': 'starter-age',
  'finding-events': 'dead-letters',
  // Asked by hand; whoever asks reads the answer.
  'finding-tasks': 'dead-letters',
  // Runs only while a deployment does, which fails with it.
  'spine-receipt-rule': 'the deployment itself',
};

/** Says who is hurt: one alarm for each function and each place where work can pile up, and one dashboard. */
export class MonitoringStack extends Stack {
  private readonly name: string;
  private readonly told: Topic;
  private readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, { config, application, ...props }: MonitoringStackProps) {
    super(scope, id, props);
    this.name = nameOf(config);
    this.told = new Topic(this, 'Alarms', { topicName: `${this.name}-alarms`, enforceSSL: true });
    if (config.alarmEmail) this.told.addSubscription(new EmailSubscription(config.alarmEmail));
    for (const each of application.functions) if (!(each.called in WATCHED_BY)) this.watchFunction(each);
    this.watchSpine(application);
    for (const { machine, file, impact } of application.workflows) {
      this.alarm(file, machine.metricFailed({ period: FIVE_MINUTES }), 1, `A workflow failed (${file}). ${impact}`, 'workflows');
    }
    this.draw(application);
  }

  /**
   * An API function answers its own faults, and so Lambda counts no error: what it logs is counted instead. The metric
   * exists, and costs, only in hours in which something was logged.
   */
  private watchFunction({ called, impact, function: watched, log }: HouseFunction): void {
    const anchor = called.replace(/^[a-z]+-/, '');
    if (anchor !== 'api') {
      this.alarm(called, watched.metricErrors({ period: FIVE_MINUTES }), 1, impact, anchor);
      return;
    }
    const faults = new MetricFilter(this, `${called}-faults`, {
      logGroup: log,
      filterPattern: FilterPattern.any(
        FilterPattern.stringValue('$.level', '=', 'ERROR'),
        FilterPattern.stringValue('$.record.status', '=', 'error'),
        FilterPattern.stringValue('$.record.status', '=', 'timeout'),
      ),
      metricNamespace: this.name,
      metricName: `${called}-faults`,
      metricValue: '1',
    });
    this.alarm(called, faults.metric({ period: FIVE_MINUTES, statistic: 'Sum' }), 1, impact, anchor);
  }

  private watchSpine({ spine, functions, api }: ApplicationStack): void {
    const relay = functions.find(({ called }) => called === 'spine-relay')!.function;
    const minutes = (count: number) => count * 60;
    this.alarm(
      'relay-age',
      new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'IteratorAge',
        dimensionsMap: { FunctionName: relay.functionName },
        statistic: 'Maximum',
        period: FIVE_MINUTES,
      }),
      minutes(5) * 1000,
      'What happens is told more than five minutes late: letters, escalations and clocks wait.',
      'relay',
    );
    this.alarm(
      'starter-age',
      spine.starterQueue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
      minutes(5),
      'Escalations start more than five minutes late.',
      'starter',
    );
    const lost =
      'Something was given up after all its retries: somebody was not told, an escalation did not start, or words are not found.';
    this.alarm(
      'dead-letters',
      spine.deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      1,
      lost,
      'dead-letters',
    );
    this.alarm(
      'starter-dead-letters',
      spine.starterDeadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      1,
      lost,
      'dead-letters',
    );
    this.alarm(
      'webhook-dead-letters',
      spine.webhookDeadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      1,
      'Something was not told to other software, and is no longer tried.',
      'webhooks',
    );
    this.alarm(
      'gateway',
      api.http.metricServerError({ period: FIVE_MINUTES, statistic: 'Sum' }),
      1,
      'Requests of people and programs fail.',
      'api',
    );
  }

  private alarm(called: string, metric: IMetric, threshold: number, impact: string, anchor: string): void {
    const alarm = new Alarm(this, called, {
      alarmName: `${this.name}-${called}`,
      alarmDescription: `${impact} Runbook: infra/README.md#when-an-alarm-says-${anchor}`,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.told));
    alarm.addOkAction(new SnsAction(this.told));
    this.alarms.push(alarm);
  }

  private draw({ functions, api, spine }: ApplicationStack): void {
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 12, height: 6 });
    new Dashboard(this, 'Dashboard', {
      dashboardName: this.name,
      widgets: [
        [new AlarmStatusWidget({ title: 'Who is hurt', alarms: this.alarms, width: 24, height: 4 })],
        [
          graph('Requests, refusals and faults', [
            api.http.metricCount(),
            api.http.metricClientError(),
            api.http.metricServerError(),
          ]),
          graph('How long an answer takes (ms)', [
            api.http.metricLatency({ statistic: 'p50' }),
            api.http.metricLatency({ statistic: 'p99' }),
          ]),
        ],
        [
          graph(
            'Errors of functions',
            functions.map((called) => called.function.metricErrors()),
          ),
          graph('Waiting', [
            spine.starterQueue.metricApproximateNumberOfMessagesVisible(),
            spine.deadLetters.metricApproximateNumberOfMessagesVisible(),
          ]),
        ],
      ],
    });
  }
}
