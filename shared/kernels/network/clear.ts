// AssemblyScript. Zeros.

export function clear(from: usize, bytes: usize): void {
  memory.fill(from, 0, bytes);
}
