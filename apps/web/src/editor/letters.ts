/** Where what is typed stands in a name: the stretch, or letter by letter, as the server has found it. Pairs of offsets. */
export function lettersIn(name: string, typed: string): number[] {
  const [text, wanted] = [name.toLowerCase(), typed.toLowerCase()];
  if (wanted === '') return [];
  const whole = text.indexOf(wanted);
  if (whole !== -1) return [whole, whole + wanted.length];
  const pairs: number[] = [];
  let at = -1;
  for (const letter of wanted) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return [];
    if (pairs.at(-1) === at) pairs[pairs.length - 1] = at + 1;
    else pairs.push(at, at + 1);
  }
  return pairs;
}
