package io.rangestream.client.cli;

import io.rangestream.client.ObjectMetadata;
import io.rangestream.client.RangeStreamClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.Optional;

/** Prints what is known of an object. */
@CommandLine.Command(
        name = "stat",
        description = "Prints an object's metadata.",
        mixinStandardHelpOptions = true)
final class StatCommand extends Command {
    /** With the pauses between them, less than a second. */
    private static final int TRIES = 3;

    @Parameters(paramLabel = "BUCKET/KEY", converter = ObjectName.Converter.class)
    private ObjectName object = new ObjectName("?", "?");

    @Option(names = "--version-id", paramLabel = "ID", description = "Not the current version.")
    private @Nullable String versionId;

    StatCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** Who waits for a few lines, with a wrong address or without --plaintext, is told soon. */
    @Override
    RangeStreamClient.Builder patient(RangeStreamClient.Builder builder) {
        return builder.retryBudget(TRIES);
    }

    @Override
    ExitCode run(RangeStreamClient client) throws IOException {
        ObjectMetadata metadata = client.stat(object.bucket(), object.key(), versionId);
        if (json()) {
            out().println(Json.metadata(metadata).toString());
            return ExitCode.OK;
        }
        print("bucket", Optional.of(metadata.bucket()));
        print("key", Optional.of(metadata.key()));
        print("version-id", metadata.versionId());
        print("complete-length", Optional.of(metadata.completeLength()));
        print("etag", metadata.etag());
        print("last-modified", metadata.lastModified());
        print("content-type", metadata.contentType());
        print("content-encoding", metadata.contentEncoding());
        print(
                "checksum",
                metadata.checksum()
                        .map(sum -> sum.algorithm() + ' ' + sum.type() + ' ' + sum.value()));
        return ExitCode.OK;
    }

    private void print(String name, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            out().println(name + ": " + value.get());
        }
    }
}
