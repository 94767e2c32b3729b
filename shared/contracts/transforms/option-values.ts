// Reading the values of options, for every dialect: text in, a value in range out, or a sentence on what is wrong with it.
import { nearestOption } from "./nearest-option.ts";

/** What is wrong with an address: `pointer` names the option, as its author wrote it. */
export interface TransformProblem {
  readonly pointer: string;
  readonly message: string;
}

/** Notes what is wrong with the option being read; returned, it says that there is no value. */
export type Refuse = (message: string) => undefined;

/** A handle by which one option's reader complains. */
export function refusing(problems: TransformProblem[], option: string): Refuse {
  return (message) => {
    problems.push({ pointer: `/${option}`, message });
    return undefined;
  };
}

/** Decimals kept of a factor or amount, and of a share of the photo (a 100,000th is less than a pixel of any side we read). */
export const FACTOR_DECIMALS = 3;
export const SHARE_DECIMALS = 6;

interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Decimals kept; 0 takes whole numbers only. */
  readonly decimals: number;
}

const DECIMAL = /^-?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})$/;
/** Words of a value that a message repeats at most. */
const QUOTED_MAX_CHARS = 40;

export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  // Adding 0 turns a negative zero into the plain one, which prints alike and compares otherwise.
  return Math.round(value * factor) / factor + 0;
}

/** The shortest decimal form, never with an exponent. `value` has at most SHARE_DECIMALS decimals. */
export function printNumber(value: number): string {
  return value.toFixed(SHARE_DECIMALS).replace(/\.?0+$/, "");
}

export function readNumber(text: string, range: NumberRange, refuse: Refuse): number | undefined {
  const { min, max, decimals } = range;
  const kind = decimals === 0 ? "a whole number" : "a number";
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max) || (decimals === 0 && !Number.isInteger(value)))
    return refuse(`must be ${kind} from ${min} to ${max}, not ${quoted(text)}`);
  return roundTo(value, decimals);
}

export function readWhole(text: string, min: number, max: number, refuse: Refuse): number | undefined {
  return readNumber(text, { min, max, decimals: 0 }, refuse);
}

export function readFactor(text: string, min: number, max: number, refuse: Refuse): number | undefined {
  return readNumber(text, { min, max, decimals: FACTOR_DECIMALS }, refuse);
}

export function readShare(text: string, refuse: Refuse): number | undefined {
  return readNumber(text, { min: 0, max: 1, decimals: SHARE_DECIMALS }, refuse);
}

/** Per cent (0–100) of the photo, as a share. */
export function readPercent(text: string, refuse: Refuse): number | undefined {
  const percent = readNumber(text, { min: 0, max: 100, decimals: SHARE_DECIMALS - 2 }, refuse);
  return percent === undefined ? undefined : roundTo(percent / 100, SHARE_DECIMALS);
}

/** One of `choices`, in any case. */
export function readChoice<const T extends string>(text: string, choices: readonly T[], refuse: Refuse): T | undefined {
  const wanted = text.toLowerCase();
  const found = choices.find((choice) => choice === wanted);
  if (found !== undefined) return found;
  const nearest = nearestOption(wanted, choices);
  const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
  return refuse(
    choices.length <= 12
      ? `must be one of ${choices.join(", ")}, not ${quoted(text)}${hint}`
      : `does not know ${quoted(text)}${hint}`,
  );
}

/** As readChoice, where several words mean one thing. */
export function readWord<T>(text: string, meanings: Readonly<Record<string, T>>, refuse: Refuse): T | undefined {
  const word = readChoice(text, Object.keys(meanings), refuse);
  return word === undefined ? undefined : meanings[word];
}

/** A flag without a value is on. */
export function readFlag(text: string, refuse: Refuse): boolean | undefined {
  return readWord(text === "" ? "1" : text, FLAGS, refuse);
}

const FLAGS = { "1": true, true: true, t: true, on: true, "0": false, false: false, f: false, off: false };

/** Names every dialect shares; CSS has 140 more that nobody writes into an address. */
const COLOUR_NAMES: Readonly<Record<string, string>> = {
  black: "000000",
  white: "ffffff",
  gray: "808080",
  grey: "808080",
  red: "ff0000",
  green: "008000",
  blue: "0000ff",
  yellow: "ffff00",
  orange: "ffa500",
  transparent: "00000000",
};

/** rgb, rgba, rrggbb or rrggbbaa, with or without `#`, or a name. An opaque colour comes back without its alpha. */
export function readColour(text: string, refuse: Refuse): string | undefined {
  const wanted = text.toLowerCase().replace(/^#/, "");
  const named = Object.hasOwn(COLOUR_NAMES, wanted) ? COLOUR_NAMES[wanted] : undefined;
  if (named !== undefined) return named;
  if (!/^(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(wanted))
    return refuse(`must be a colour as rrggbb, not ${quoted(text)}`);
  const full = wanted.length <= 4 ? [...wanted].map((digit) => digit + digit).join("") : wanted;
  return full.length === 8 && full.endsWith("ff") ? full.slice(0, 6) : full;
}

/** Quarter turns only, clockwise and within one turn. */
export function readRotation(text: string, refuse: Refuse): 0 | 90 | 180 | 270 | undefined {
  const degrees = readWhole(text, -36_000, 36_000, refuse);
  if (degrees === undefined) return undefined;
  const turned = ((degrees % 360) + 360) % 360;
  if (turned === 0 || turned === 90 || turned === 180 || turned === 270) return turned;
  return refuse(`must be a multiple of 90, not ${quoted(text)}`);
}

/** For messages: short, and without what would break a line. */
export function quoted(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, "?");
  return `"${printable.length > QUOTED_MAX_CHARS ? `${printable.slice(0, QUOTED_MAX_CHARS)}…` : printable}"`;
}

export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
