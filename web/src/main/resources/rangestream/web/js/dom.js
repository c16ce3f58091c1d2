// Creates the elements of the page. Text is inserted as text, never as markup: names come from
// untrusted sources.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value !== null) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children);
  return node;
}

export function svgElement(tag, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  return node;
}

export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) {
    throw new Error(`the page has no element ${id}`);
  }
  return node;
}
