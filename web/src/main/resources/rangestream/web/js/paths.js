// URLs of objects, and the fragment that names the film on the page. Keys are used unchanged: "a//b",
// "/a" and "a/" are different keys.
//
// Paths, queries and fragments have one encoding: percent-encoded UTF-8, as the server decodes it.
// URLSearchParams is not used, because it writes a space as a plus, which the server reads as a plus.

export function encodeKey(key) {
  const segments = key.split('/');
  // A browser would resolve such a segment and request another object. With escaped slashes it is
  // no segment; the server rejects such keys with a message.
  const separator = segments.some((segment) => segment === '.' || segment === '..') ? '%2F' : '/';
  return segments.map(encodeURIComponent).join(separator);
}

// The query of a URL with its question mark; empty without parameters.
export function queryOf(parameters) {
  const pairs = Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

// Relative to the page, so that it also works behind a proxy that adds a path.
export function objectPath({ bucket, key }, parameters = {}) {
  return `objects/${encodeURIComponent(bucket)}/${encodeKey(key)}${queryOf(parameters)}`;
}

export function fragmentOf({ bucket, key }) {
  return `#${encodeURIComponent(bucket)}/${encodeKey(key)}`;
}

// The film that a fragment names, or null if it names none.
export function filmOf(fragment) {
  const text = fragment.replace(/^#/, '');
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) {
    return null;
  }
  try {
    return {
      bucket: decodeURIComponent(text.slice(0, slash)),
      key: decodeURIComponent(text.slice(slash + 1)),
    };
  } catch {
    return null; // a lone percent sign, typed by hand
  }
}

// The part of a key up to and including its last slash.
export function folderOf(key) {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

// The part of a key or common prefix below a folder.
export function nameIn(folder, key) {
  return key.startsWith(folder) ? key.slice(folder.length) : key;
}

// The ancestors of a folder and the folder itself, outermost first.
export function trailOf(folder) {
  const trail = [];
  for (let slash = folder.indexOf('/'); slash !== -1; slash = folder.indexOf('/', slash + 1)) {
    const above = trail.length === 0 ? '' : trail[trail.length - 1].folder;
    trail.push({ folder: folder.slice(0, slash + 1), name: folder.slice(above.length, slash) });
  }
  return trail;
}
