import type { Template } from './synthesised.js';

type Json = any;

/**
 * What a value of a template becomes once deployed, as far as rights need it: resources get ARNs that name their logical
 * id, imports are followed to the stack that exports them. An intrinsic function that is not known here throws.
 */
export function resolver(templates: readonly Template[]) {
  const exported = new Map<string, { template: Template; value: Json }>();
  for (const template of templates) {
    const outputs = (JSON.parse(template.text).Outputs ?? {}) as Record<string, Json>;
    for (const { Export, Value } of Object.values(outputs)) if (Export) exported.set(Export.Name, { template, value: Value });
  }

  function resolve(template: Template, value: Json): Json {
    if (Array.isArray(value)) return value.map((each) => resolve(template, each));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, given], ...more] = Object.entries(value) as [[string, Json], ...unknown[]];
    if (more.length > 0 || !/^(Ref|Fn::)/.test(name))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(template, each)]));
    switch (name) {
      case 'Ref':
        return PSEUDO[given] ?? nameOf(template, given);
      case 'Fn::GetAtt':
        return arnOf(template, given[0]);
      case 'Fn::Join':
        return given[1].map((each: Json) => resolve(template, each)).join(given[0]);
      case 'Fn::ImportValue': {
        const found = exported.get(resolve(template, given))!;
        return resolve(found.template, found.value);
      }
      default:
        throw new Error(`${name} is not known here: ${JSON.stringify(value)}`);
    }
  }

  const nameOf = ({ resources }: Template, id: string): string => {
    const { Type, Properties } = resources[id]!;
    return Type === 'AWS::StepFunctions::StateMachine' || Type === 'AWS::SNS::Topic' || Type === 'AWS::SecretsManager::Secret'
      ? arnOf({ resources } as Template, id)
      : typeof Properties?.Name === 'string'
        ? Properties.Name
        : id;
  };
  const arnOf = ({ resources }: Template, id: string): string => {
    const service = ARNS[resources[id]!.Type];
    if (service === undefined) return `${id}`;
    return `arn:aws:${service}${id}`;
  };
  return resolve;
}

const PSEUDO: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};

const HERE = 'eu-west-1:123456789012:';
const ARNS: Record<string, string> = {
  'AWS::DynamoDB::Table': `dynamodb:${HERE}table/`,
  'AWS::S3::Bucket': 's3:::',
  'AWS::SQS::Queue': `sqs:${HERE}`,
  'AWS::SNS::Topic': `sns:${HERE}`,
  'AWS::Events::EventBus': `events:${HERE}event-bus/`,
  'AWS::SecretsManager::Secret': `secretsmanager:${HERE}secret:`,
  'AWS::KMS::Key': `kms:${HERE}key/`,
  'AWS::Logs::LogGroup': `logs:${HERE}log-group:`,
  'AWS::Lambda::Function': `lambda:${HERE}function:`,
  'AWS::StepFunctions::StateMachine': `states:${HERE}stateMachine:`,
};
