// JSON.parse keeps the last of two members with one name, other parsers the first: a text that has both means two things.

/**
 * @param json a text that JSON.parse accepts; anything else gives no meaningful answer
 * @returns whether some object in it, at any depth, names a member twice (also when spelled with different escapes)
 */
export function hasDuplicateNames(json: string): boolean {
  /** The names seen in each open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  let isName = false;
  for (let position = 0; position < json.length; position++) {
    const character = json[position];
    if (character === "{") {
      open.push(new Set());
      isName = true;
    } else if (character === "[") {
      open.push(null);
      isName = false;
    } else if (character === "}" || character === "]") {
      open.pop();
      isName = false;
    } else if (character === ",") {
      isName = open.at(-1) instanceof Set;
    } else if (character === '"') {
      const end = endOfString(json, position);
      const names = open.at(-1);
      if (isName && names instanceof Set) {
        const name = String(JSON.parse(json.slice(position, end + 1)));
        if (names.has(name)) return true;
        names.add(name);
        isName = false;
      }
      position = end;
    }
  }
  return false;
}

/** @returns the position of the quote that ends the string which `start`'s quote begins */
function endOfString(json: string, start: number): number {
  let position = start + 1;
  while (position < json.length && json[position] !== '"') position += json[position] === "\\" ? 2 : 1;
  return position;
}
