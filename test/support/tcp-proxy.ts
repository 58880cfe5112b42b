import { onTestFinished } from 'vitest';
import { type FaultyLink, openFaultyLink } from './faulty-link.ts';

/** A faulty link that goes with the test. */
export async function startTcpProxy(serverUrl: string): Promise<FaultyLink> {
  const link = await openFaultyLink(serverUrl);
  onTestFinished(() => link.stop());
  return link;
}
