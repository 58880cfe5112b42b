import { z } from 'zod';
import { type CallFacts, type Fact, SCAM_TYPES, STANCES, TACTICS } from '../../call/facts.ts';
import { type Utterance, wordsSchema } from '../../call/utterance.ts';
import type { ScoringWindow } from '../fact-finder.ts';
import { locateQuote } from '../quote.ts';

const factSchema = z.object({
  tactic: z.enum(TACTICS),
  utterance_id: z.string(),
  quote: z.string(),
  stance: z.enum(STANCES),
});

/** What the model is made to answer (`response_format`, strict). */
export const callFactsSchema = z.object({
  facts: z.array(factSchema),
  scam_type: z.enum(SCAM_TYPES),
  summary: z.string(),
});

/** Self-hosted servers do not all enforce the schema: one broken fact does not cost the others. */
const tolerantSchema = callFactsSchema.extend({
  facts: z.array(z.unknown()),
  scam_type: z.enum(SCAM_TYPES).catch('other'),
  summary: wordsSchema.catch(''),
});

/** The facts in a model's answer whose quotes stand in their utterances, or null when the answer is no answer. */
export function parseCallFacts(content: string, { context, news }: ScoringWindow): CallFacts | null {
  const answer = tolerantSchema.safeParse(parseJson(content));
  if (!answer.success) return null;
  const byId = new Map<string, Utterance>([...context, ...news].map((spoken) => [spoken.id, spoken]));
  const facts = answer.data.facts.flatMap((candidate): Fact[] => {
    const parsed = factSchema.safeParse(candidate);
    const utterance = parsed.success ? byId.get(parsed.data.utterance_id) : undefined;
    if (!parsed.success || utterance === undefined) return [];
    const { tactic, stance } = parsed.data;
    const quote = locateQuote(utterance.text, parsed.data.quote);
    if (quote === null) return [];
    return [{ tactic, utteranceId: utterance.id, quote, stance, finder: 'model', atMs: utterance.endMs }];
  });
  return { facts, scamType: answer.data.scam_type, summary: answer.data.summary };
}

/** Self-hosted servers wrap an answer in fences, or let the model's thoughts stand before it. */
function parseJson(text: string): unknown {
  const from = text.indexOf('{', Math.max(0, text.lastIndexOf('</think>')));
  try {
    return JSON.parse(text.slice(from, text.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
}
