package io.rangestream.adversary;

/**
 * The server under attack.
 *
 * @param port its port on 127.0.0.1
 * @param film the path of an object of some MiB
 * @param folder the path and query of a list of a large folder
 */
record Target(int port, String film, String folder) {}
