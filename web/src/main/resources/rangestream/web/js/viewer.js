// A random name: of this browser's tabs together, of one of them, or of one showing of a film. By the
// first and the last the server tells the reads of a showing from all others.
// Not crypto.randomUUID, which needs HTTPS or localhost.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
