import { filesIn } from '../../functions/platform/files.js';

/** A bucket of a store on the loopback that takes the credentials of one machine. */
export const bucketAt = (endpoint: string, bucket: string, clock: () => Date = () => new Date()) =>
  filesIn({
    bucket,
    endpoint,
    region: async () => 'local',
    credentials: async () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
    clock,
  });
