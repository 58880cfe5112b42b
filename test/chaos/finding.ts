export interface Finding {
  readonly invariant: string;
  readonly isHeld: boolean;
  readonly figure: string;
  /** What broke it: CallSids, or processes. */
  readonly culprits: readonly string[];
}

export const finding = (invariant: string, culprits: readonly string[], figure: string, isHeld?: boolean): Finding => ({
  invariant,
  isHeld: isHeld ?? culprits.length === 0,
  figure,
  culprits,
});
