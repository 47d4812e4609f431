import type { CustomerKey } from './people.js';

/** What is said in every desk, in the customer's language. */
interface Phrases {
  readonly updates: readonly string[];
  readonly takenUpAgain: readonly string[];
  readonly secondTime: string;
  readonly cancelled: string;
  readonly triage: { readonly title: string; readonly description: string };
}

export const phrases: Readonly<Record<CustomerKey, Phrases>> = {
  harbour: {
    updates: [
      'Still working on it. We have narrowed it down and will report again within the hour.',
      'A short update: the cause is not confirmed yet, the workaround holds.',
      'We are testing a change on one device before we roll it out.',
      'The supplier is on it as well; next news as soon as they answer.',
    ],
    takenUpAgain: [
      'Sorry that it came back. I am taking it up again right away.',
      'Thank you for telling us. I look at it again.',
    ],
    secondTime: 'The first repair had not held. This time the part itself was changed, and it was watched for a while.',
    cancelled: 'The requester called: it was a test, nothing is broken.',
    triage: {
      title: 'It does not work any more',
      description: 'Since the weekend. Please call me back, I am at my desk until five.',
    },
  },
  jade: {
    updates: [
      '仍在处理中，原因已经缩小范围，一小时内再向您通报。',
      '进展通报：原因尚未确认，临时措施有效。',
      '正在一台设备上测试修改，确认后再全部更新。',
      '供应商也在协助处理，有消息马上通知您。',
    ],
    takenUpAgain: ['抱歉问题再次出现，马上重新处理。', '感谢反馈，我再检查一次。'],
    secondTime: '第一次修复未能彻底解决，这次更换了部件并观察了一段时间。',
    cancelled: '用户来电说明是测试，没有故障。',
    triage: { title: '系统用不了', description: '从周末开始的，请给我回电话。' },
  },
};
