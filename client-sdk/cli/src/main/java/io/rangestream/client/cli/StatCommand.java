package io.rangestream.client.cli;

import io.rangestream.client.ObjectMetadata;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.RangeStreamClientBuilder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.Optional;

/** Prints the metadata of an object. */
@CommandLine.Command(
        name = "stat",
        description = "Prints an object's metadata.",
        mixinStandardHelpOptions = true)
final class StatCommand extends Command {
    /** The pauses between them add up to less than a second. */
    private static final int RETRIES = 3;

    @Parameters(paramLabel = "BUCKET/KEY", converter = ObjectName.Converter.class)
    private ObjectName object = new ObjectName("?", "?");

    @Option(
            names = "--version-id",
            paramLabel = "ID",
            description = "Reads this version instead of the current one.")
    private @Nullable String versionId;

    StatCommand(CommandContext surroundings) {
        super(surroundings);
    }

    /** A wrong address is reported soon, because a user waits for a few lines. */
    @Override
    RangeStreamClientBuilder withRetries(RangeStreamClientBuilder builder) {
        return builder.retryBudget(RETRIES);
    }

    @Override
    ExitCode run(RangeStreamClient client) throws IOException {
        ObjectMetadata metadata = client.stat(object.ref(versionId));
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
