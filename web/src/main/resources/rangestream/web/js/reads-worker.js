// The shared worker of all tabs: contains the hub and has a port for each tab.

import { startHub } from './read-hub.js';

// By tab id: a tab that connects again by another port has left the earlier one. A tab that crashed
// closes no port and sends no 'leave'; the hub reports when it is gone.
const ports = new Map();

const hub = startHub(
  (message) => {
    for (const port of ports.values()) {
      port.postMessage(message);
    }
  },
  (tab) => ports.delete(tab),
);

addEventListener('connect', (event) => {
  const [port] = event.ports;
  port.addEventListener('message', ({ data }) => {
    if (data?.type === 'follow') {
      ports.set(data.tab, port);
    }
    hub.receive(data);
  });
  port.start();
});
