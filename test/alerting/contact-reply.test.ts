import { describe, expect, it } from 'vitest';
import { type Reply, readReply } from '../../src/alerting/contact-reply.ts';

describe('what a contact writes', () => {
  it.each<[string, Reply]>([
    ['1', 'acknowledge'],
    [' 1. ', 'acknowledge'],
    ['HANGUP', 'hang_up'],
    ['Hang  up!', 'hang_up'],
    ['safe', 'false_alarm'],
    [' Yes. ', 'opt_in'],
    ['UNSTOP', 'opt_in_again'],
    ['END', 'opt_out'],
    ['Stop', 'opt_out'],
    ['OptOut', 'opt_out'],
    ['HELP', 'help'],
    ['', 'other'],
    ['who is this?', 'other'],
    ['11', 'other'],
    ['not safe', 'other'],
    ['do not hang up', 'other'],
  ])('%j means %s', (text, reply) => {
    expect(readReply(text)).toBe(reply);
  });
});
