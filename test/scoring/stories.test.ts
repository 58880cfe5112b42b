import { describe, expect, it } from 'vitest';
import { createStories, likeliestFirst } from '../../src/scoring/stories.ts';

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

  it('are without a name where words alone tell of a fraud, and only the local finder goes by words', () => {
    const stories = createStories();
    stories.hear('model', ['other']);
    expect([...stories.all()]).toEqual([]);
    stories.hear('local', ['tech_support', 'other']);
    expect([...stories.all()]).toEqual(['tech_support', 'other']);
    expect(stories.likeliest()).toBe('tech_support');
    stories.hear('local', ['tech_support', 'none']);
    expect([...stories.all()]).toContain('none');
    expect(stories.likeliest()).toBe('tech_support');
  });

  it('that a memory keeps are those that were told, the likeliest first', () => {
    expect(likeliestFirst('romance', ['charity', 'romance', 'other'])).toEqual(['romance', 'charity', 'other']);
    expect(likeliestFirst('other', ['charity'])).toEqual(['charity']);
    expect(likeliestFirst('other', [])).toEqual([]);
  });
});
