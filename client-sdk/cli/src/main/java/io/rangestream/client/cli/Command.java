package io.rangestream.client.cli;

import io.rangestream.client.RangeStreamClient;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.util.concurrent.Callable;

/** What all commands have in common: a client, made for the one call and closed after it. */
abstract class Command implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    Command(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    abstract ExitCode run(RangeStreamClient client) throws IOException;

    @Override
    public final Integer call() throws IOException {
        try (RangeStreamClient client = server.client(surroundings.variables())) {
            ExitCode code = run(client);
            out().flush();
            return code.number();
        }
    }

    StandardOutput out() {
        return surroundings.out();
    }

    Surroundings surroundings() {
        return surroundings;
    }

    boolean json() {
        return server.json();
    }
}
