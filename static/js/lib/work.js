// The work that the server may ask for before an entry (quizapp/web/work.py): for each piece a number with which
// SHA-256 of "challenge:piece:number" begins with that many zero bits. Own code, because the browser's own hash is there
// only under https, and is slow for so many small texts.

/** The numbers, with commas between them; lets the page breathe after each piece. */
export async function solve(challenge, pieces, zeroBits) {
  const numbers = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    numbers.push(numberFor(`${challenge}:${piece}:`, zeroBits));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return numbers.join(",");
}

function numberFor(beginning, zeroBits) {
  for (let number = 0; ; number += 1) {
    if (firstWord(beginning + number) >>> (32 - zeroBits) === 0) return number;
  }
}

const WORDS = new Int32Array(64);

/** The first 32 bits of SHA-256 of a short ASCII text (one block: at most 55 characters). */
export function firstWord(text) {
  WORDS.fill(0, 0, 16);
  for (let at = 0; at < text.length; at += 1) WORDS[at >> 2] |= text.charCodeAt(at) << (24 - 8 * (at & 3));
  WORDS[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  WORDS[15] = text.length * 8;
  for (let at = 16; at < 64; at += 1) {
    const early = WORDS[at - 15];
    const late = WORDS[at - 2];
    const s0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const s1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    WORDS[at] = (WORDS[at - 16] + s0 + WORDS[at - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let at = 0; at < 64; at += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[at] + WORDS[at]) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  return (a + START[0]) | 0;
}

const turned = (word, bits) => (word >>> bits) | (word << (32 - bits));

// The standard's constants: fractions of the square and cube roots of the first primes.
const PRIMES = primes(64);
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const ROUNDS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

function fraction(number) {
  return ((number - Math.floor(number)) * 2 ** 32) | 0;
}

function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) found.push(number);
  }
  return found;
}
