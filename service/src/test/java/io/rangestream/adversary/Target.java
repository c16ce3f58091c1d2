package io.rangestream.adversary;

/**
 * The server under attack.
 *
 * @param port where it listens, on 127.0.0.1
 * @param film the target of an object of some MiB
 * @param folder the target that lists a folder of many files
 */
record Target(int port, String film, String folder) {}
