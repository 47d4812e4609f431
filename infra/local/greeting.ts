import { samplePeople } from './sample-people.js';

export interface Greeting {
  readonly url: string;
  readonly folder: string;
  readonly smtpPort: number;
  readonly mailAddress: string;
  /** From the first line to the first answer. */
  readonly milliseconds: number;
  readonly demo: boolean;
}

/** What `npm start` says: where to look, who may sign in, and three commands that show the main job. */
export function greet({ url, folder, smtpPort, mailAddress, milliseconds, demo }: Greeting): string {
  const width = Math.max(...samplePeople.map(({ id }) => id.length));
  const people = samplePeople.map(({ id, name, what }) => `    ${id.padEnd(width)}  ${name}, ${what}`);
  return `
  Steward runs on this machine (started in ${(milliseconds / 1000).toFixed(1)} s).

    Queue        ${url}/
    API          ${url}/v1          contract ${url}/v1/openapi.json
    Docs         ${url}/docs
    Mailbox      ${url}/#/mail      as JSON ${url}/local/mail
    Mail to it   SMTP 127.0.0.1:${smtpPort}, to ${mailAddress}
    Data         ${folder}

  Sample people (GET ${url}/local/token?as=<person>):
${people.join('\n')}
${demo ? tryIt(url) : `\n  It is empty; sign in as admin to set it up.\n`}
  It is for one team's evaluation and development; Ctrl-C stops it, and the data stay.
`;
}

/** A customer reports, an agent sees the clocks run and the queue. */
const tryIt = (url: string): string => `
  Try it: a customer reports something, and its clocks run.

    as() { curl -s "${url}/local/token?as=$1" | sed 's/.*"token":"\\([^"]*\\)".*/authorization: Bearer \\1/'; }
    curl -s -H "$(as requester)" -H 'content-type: application/json' ${url}/v1/incidents \\
      -d '{"title":"The label printer prints blank labels","impact":2,"urgency":1}' | tee /tmp/incident.json
    curl -s -H "$(as agent)" ${url}/v1/incidents/$(sed 's/.*"number":"\\([^"]*\\)".*/\\1/' /tmp/incident.json)/clocks
    curl -s -H "$(as agent)" '${url}/v1/incidents?phase=live&sort=due&limit=5'
`;
