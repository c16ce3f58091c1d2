package io.rangestream.client.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * The process's environment, which tests replace.
 *
 * @param variables the environment variables
 * @param out standard output
 * @param err standard error
 * @param terminal whether standard error is a terminal
 */
record CommandContext(
        Map<String, String> variables, StandardOutput out, PrintStream err, boolean terminal) {}
