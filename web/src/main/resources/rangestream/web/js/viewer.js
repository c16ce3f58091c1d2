// A random name: of all tabs of this browser, of one tab, or of one showing of a film. The first and
// the last identify the reads of a showing on the server.
// crypto.randomUUID is not used, because it needs HTTPS or localhost.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
