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

    /** How long it tries: a long read sits out the restart of a server, by the SDK's default. */
    RangeStreamClient.Builder patient(RangeStreamClient.Builder builder) {
        return builder;
    }

    @Override
    public final Integer call() throws IOException {
        RangeStreamClient.Builder builder = server.client(surroundings.variables());
        try (RangeStreamClient client = patient(builder).build()) {
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
