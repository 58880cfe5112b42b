/** The language that is spoken in a call, BCP 47: its owner's, or the service's until that is known. */
export interface CallLanguage {
  /** What was learned first stays; null where it is not said. */
  learn(language: string | null): void;
  /** Null as long as nobody has said it. */
  readonly known: string | null;
  spoken(): string;
}

/** `onChange`: another one is spoken than was thought. */
export function createCallLanguage(announced: string | null, service: string, onChange: () => void): CallLanguage {
  let known = announced;
  const spoken = (): string => known ?? service;
  return {
    learn(language) {
      const before = spoken();
      known ??= language;
      if (spoken() !== before) onChange();
    },
    get known() {
      return known;
    },
    spoken,
  };
}
