package io.rangestream.client.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * What the process has around it.
 *
 * @param variables of the environment
 * @param out standard output
 * @param err standard error
 * @param terminal whether standard error is a terminal
 */
record Surroundings(
        Map<String, String> variables, StandardOutput out, PrintStream err, boolean terminal) {}
