import { readFileSync } from 'node:fs';
import { ZodError, z } from 'zod';
import { DEFAULT_POLICY } from './default-policy.ts';
import type { LikenessModel } from './likeness.ts';
import type { RiskPolicy } from './risk-policy.ts';
import { parseLikenessModel, parseRiskPolicy } from './risk-policy-message.ts';

/** A file of the policy, or of its learned weights, that cannot be used. */
export class UnusableFile extends Error {
  /** What is wrong, without the file's name. */
  readonly problem: string;

  constructor(file: string, problem: string) {
    super(`${file} ${problem}`);
    this.problem = problem;
  }
}

/** The policy of this version, with the weights of a file where one is named. */
export const policyByWeightsFile = z
  .string()
  .optional()
  .transform((file, context): RiskPolicy => {
    try {
      return file === undefined ? DEFAULT_POLICY : withWeights(DEFAULT_POLICY, readWeightsFile(file));
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error;
      context.addIssue(`names a file that ${error.problem}`);
      return z.NEVER;
    }
  });

export const withWeights = (policy: RiskPolicy, model: LikenessModel): RiskPolicy => ({
  ...policy,
  likeness: { ...policy.likeness, model },
});

/** Weights as `npm run model:train` and `model:retrain` write them. Throws an `UnusableFile`. */
export const readWeightsFile = (file: string): LikenessModel => readJson(file, parseLikenessModel);

/** A policy in the form of `policy.json`, to be used with these weights. Throws an `UnusableFile`. */
export const readPolicyFile = (file: string, model: LikenessModel): RiskPolicy =>
  readJson(file, (content) => parseRiskPolicy(content, model));

function readJson<Content>(file: string, parse: (content: unknown) => Content): Content {
  try {
    return parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UnusableFile(file, problemOf(error));
  }
}

function problemOf(error: unknown): string {
  if (error instanceof ZodError) return `is not what it should be: ${tellIssues(error)}`;
  if (error instanceof SyntaxError) return 'is not JSON';
  if (error instanceof Error && 'code' in error) return `cannot be read (${error.code})`;
  throw error;
}

/** Every place where something else was expected, in one line. */
export const tellIssues = ({ issues }: ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`).join('; ');
