// Numbers, sizes, times and spans as words, in the reader's language settings. Pure; `now` is passed in.
const plainNumber = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function sayNumber(count: number): string {
  return plainNumber.format(count);
}

export function sayCount(count: number, one: string, many: string): string {
  return `${sayNumber(count)} ${count === 1 ? one : many}`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

export function sayBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value >= 100 || unit < 2 ? plainNumber.format(Math.round(value)) : oneDigit.format(value);
  return `${digits} ${BYTE_UNITS[unit]}`;
}

/** "about 45 s", "about 2 min", "about 1 h 10 min". */
export function sayEta(seconds: number): string {
  if (seconds < 1) return "a moment";
  if (seconds < 60) return `about ${seconds < 10 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round((minutes % 60) / 10) * 10;
  return rest === 0 || rest === 60 ? `about ${rest === 60 ? hours + 1 : hours} h` : `about ${hours} h ${rest} min`;
}

export function sayRate(perSecond: number): string {
  return perSecond >= 1 ? `${oneDigit.format(perSecond)} a second` : `${oneDigit.format(perSecond * 60)} a minute`;
}

export function sayDate(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : dateTime.format(time);
}

const longDay = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" });

/** A calendar day without a time ("1990-05-17"): the same day everywhere. */
export function sayDay(isoDay: string): string {
  const time = Date.parse(`${isoDay}T00:00:00Z`);
  return Number.isNaN(time) ? isoDay : longDay.format(time);
}

export function sayPercent(part01: number): string {
  // 100 % only when nothing is left: rounding up would claim "done" too early.
  const percent = part01 >= 1 ? 100 : Math.min(99, Math.floor(part01 * 100));
  return `${percent} %`;
}
