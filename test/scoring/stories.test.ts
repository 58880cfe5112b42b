import { describe, expect, it } from 'vitest';
import { createStories } from '../../src/scoring/stories.ts';

describe('the stories of a call', () => {
  it('stay told, whatever a later piece of the call looks like by itself', () => {
    const stories = createStories();
    stories.hear('model', ['bank_impersonation']);
    stories.hear('model', ['none']);
    stories.hear('model', ['other']);
    expect(stories.likeliest()).toBe('bank_impersonation');
    stories.hear('model', ['tech_support']);
    expect(stories.likeliest()).toBe('tech_support');
    expect([...stories.all()]).toEqual(['bank_impersonation', 'tech_support']);
  });
});
