package io.rangestream.client.cli;

import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.InputStream;

/** Writes an object's bytes to standard output. */
@CommandLine.Command(
        name = "cat",
        description = "Writes an object, or a range of it, to standard output.",
        mixinStandardHelpOptions = true)
final class CatCommand extends Command {
    @Parameters(paramLabel = "BUCKET/KEY", converter = ObjectName.Converter.class)
    private ObjectName object = new ObjectName("?", "?");

    @Option(
            names = "--range",
            paramLabel = "RANGE",
            converter = RangeConverter.class,
            description = "FIRST-LAST, both inclusive and from 0; FIRST-; or -COUNT from the end.")
    private @Nullable ByteRange range;

    @Option(
            names = "--version-id",
            paramLabel = "ID",
            description = "Reads this version instead of the current one.")
    private @Nullable String versionId;

    CatCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(RangeStreamClient client) throws IOException {
        ByteRange wanted = range;
        try (ObjectReader reader = client.open(object.ref(versionId));
                InputStream in = wanted == null ? reader.stream() : reader.stream(wanted)) {
            in.transferTo(out());
        }
        return ExitCode.OK;
    }
}
