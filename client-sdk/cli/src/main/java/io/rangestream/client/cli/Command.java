package io.rangestream.client.cli;

import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.RangeStreamClientBuilder;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.util.concurrent.Callable;

/** The base of all commands: creates a client, runs the command and closes the client. */
abstract class Command implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    private final CommandContext surroundings;

    Command(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    abstract ExitCode run(RangeStreamClient client) throws IOException;

    /**
     * Sets how long the command retries. By default as long as the SDK does, so that a long read
     * survives the restart of a server.
     */
    RangeStreamClientBuilder withRetries(RangeStreamClientBuilder builder) {
        return builder;
    }

    @Override
    public final Integer call() throws IOException {
        RangeStreamClientBuilder builder = server.client(surroundings.variables());
        try (RangeStreamClient client = withRetries(builder).build()) {
            ExitCode code = run(client);
            out().flush();
            return code.number();
        }
    }

    StandardOutput out() {
        return surroundings.out();
    }

    CommandContext surroundings() {
        return surroundings;
    }

    boolean json() {
        return server.json();
    }
}
