// Where things are: addresses of objects, and the fragment that names the film that is shown.
// Keys are taken as they are: "a//b", "/a" and "a/" are keys of their own.
//
// There is one encoding, in paths, queries and fragments: percent-encoded UTF-8, as the server decodes
// it. Not URLSearchParams, which writes a space as a plus: to the server a plus is a plus.

export function encodeKey(key) {
  const segments = key.split('/');
  // A browser would resolve such a segment, and ask for another object. With its slashes escaped it
  // is none; the server refuses such keys, and says so.
  const separator = segments.some((segment) => segment === '.' || segment === '..') ? '%2F' : '/';
  return segments.map(encodeURIComponent).join(separator);
}

// The query of a URL, with its question mark; nothing without parameters.
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

// The film that a fragment names; null where it names none.
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

// The part of a key up to and with its last slash.
export function folderOf(key) {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

// What is left of a key or common prefix below a folder.
export function nameIn(folder, key) {
  return key.startsWith(folder) ? key.slice(folder.length) : key;
}

// A folder's ancestors and itself, outermost first.
export function trailOf(folder) {
  const trail = [];
  for (let slash = folder.indexOf('/'); slash !== -1; slash = folder.indexOf('/', slash + 1)) {
    const above = trail.length === 0 ? '' : trail[trail.length - 1].folder;
    trail.push({ folder: folder.slice(0, slash + 1), name: folder.slice(above.length, slash) });
  }
  return trail;
}
