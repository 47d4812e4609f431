/** A message as a mail program writes it. */
export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  /** Lines beside the usual ones, or instead of them. */
  readonly headers?: readonly string[];
  /** The whole body with the headers that describe it, instead of `text`. */
  readonly body?: readonly string[];
  /** Without angle brackets. */
  readonly messageId?: string;
}

let written = 0;

export function rawOf({ from, to, subject, text = '', headers = [], body, messageId }: Letter): string {
  const id = messageId ?? `${Date.now().toString(36)}.${++written}@${from.split('@')[1]?.replace('>', '')}`;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${id}>`,
    'MIME-Version: 1.0',
    ...headers,
    ...(body ?? ['Content-Type: text/plain; charset=utf-8', '', text]),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
