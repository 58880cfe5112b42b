import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startService } from '../support/service.ts';

describe('a hundred calls', () => {
  it('leave no socket and no timer behind', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const resources = () => process.getActiveResourcesInfo().filter((name) => name !== 'TCPSocketWrap').length;
    const play = async () => {
      const call = await service.ring(lineNumber);
      await call.say([{ speaker: 'caller', text: 'Hello there' }]);
      await call.hangUp();
    };
    const playTogether = (calls: number) => Promise.all(Array.from({ length: calls }, play));
    const ended = () => service.events.filter(({ type }) => type === 'call.ended').length;
    await playTogether(10); // pools and agents fill
    await eventually(() => ended() === 10);
    const before = resources();
    for (let round = 0; round < 10; round++) await playTogether(10);
    await eventually(() => ended() === 110);
    expect(await service.app.metrics()).toContain('active_calls_total 0');
    await eventually(() => service.standIns.deepgram.openConnections === 0);
    // The ten connections to Postgres have a timer each while they are idle; a leak would be a hundred.
    await eventually(() => resources() <= before + 15);
  }, 60_000);
});
