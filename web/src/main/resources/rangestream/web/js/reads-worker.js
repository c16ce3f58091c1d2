// The shared worker of all tabs: the hub, with a port for each tab.

import { startHub } from './read-hub.js';

const ports = new Set();

const hub = startHub((message) => {
  for (const port of ports) {
    port.postMessage(message);
  }
});

addEventListener('connect', (event) => {
  const [port] = event.ports;
  ports.add(port);
  port.addEventListener('message', ({ data }) => {
    hub.receive(data);
    if (data?.type === 'leave') {
      ports.delete(port);
    } else {
      ports.add(port);
    }
  });
  port.start();
});
