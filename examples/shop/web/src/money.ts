export interface Money {
  amount: number; // in the currency's minor unit
  currency: string;
}

/** The amount as a customer reads it, in the language of the page. */
export function formatMoney({ amount, currency }: Money, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
