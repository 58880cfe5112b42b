/** So many of so many. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export const shareOf = <Item>(items: readonly Item[], holds: (item: Item) => boolean): Share => ({
  count: items.filter(holds).length,
  of: items.length,
});

/** Wilson's interval for a share, at 95 %. Null of nothing. */
export function wilsonInterval({ count, of }: Share): { readonly low: number; readonly high: number } | null {
  if (of === 0) return null;
  const z = 1.959964;
  const share = count / of;
  const middle = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const whole = 1 + (z * z) / of;
  return { low: Math.max(0, (middle - spread) / whole), high: Math.min(1, (middle + spread) / whole) };
}

/** The smallest value that at least this share of all do not exceed; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

export interface Matches {
  /** Found and there, found and not there, there and not found. */
  right: number;
  wrong: number;
  missed: number;
}

/** 0 to 1; null when there was nothing to find, and nothing was found. */
export const f1 = ({ right, wrong, missed }: Matches): number | null =>
  right + wrong + missed === 0 ? null : (2 * right) / (2 * right + wrong + missed);

/** The mean of F1 over the classes that occur. */
export function macroF1(classes: Iterable<Matches>): number | null {
  const each = [...classes].map(f1).filter((value) => value !== null);
  return each.length === 0 ? null : each.reduce((sum, value) => sum + value, 0) / each.length;
}
