import { describe, expect, it } from 'vitest';
import { createCallLanguage } from '../../src/session/call-language.ts';

function start(announced: string | null) {
  const changes: string[] = [];
  const language = createCallLanguage(announced, 'en-US', () => changes.push(language.spoken()));
  return { language, changes };
}

describe('the language of a call', () => {
  it('is the service’s until its own is known', () => {
    const { language, changes } = start(null);
    expect([language.spoken(), language.known]).toEqual(['en-US', null]);
    language.learn(null);
    expect(changes).toEqual([]);
    language.learn('es');
    expect([language.spoken(), language.known]).toEqual(['es', 'es']);
    expect(changes).toEqual(['es']);
  });

  it('stays what it was first, whoever says otherwise later', () => {
    const { language, changes } = start('es');
    language.learn('fr');
    language.learn(null);
    expect(language.spoken()).toBe('es');
    expect(changes).toEqual([]);
  });

  it('is no other when it is the service’s', () => {
    const { language, changes } = start(null);
    language.learn('en-US');
    expect(language.known).toBe('en-US');
    expect(changes).toEqual([]);
  });
});
