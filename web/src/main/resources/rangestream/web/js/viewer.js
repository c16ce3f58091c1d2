// A name for one showing of one film, by which the server tells its reads from all others'.
// Not crypto.randomUUID: that one wants HTTPS or localhost.
export function newViewerId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
