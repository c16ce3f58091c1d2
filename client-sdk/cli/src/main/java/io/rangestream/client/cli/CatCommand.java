package io.rangestream.client.cli;

import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
            converter = CatCommand.RangeConverter.class,
            description = "FIRST-LAST, both inclusive and from 0; FIRST-; or -COUNT from the end.")
    private @Nullable ByteRange range;

    @Option(
            names = "--version-id",
            paramLabel = "ID",
            description = "Reads this version instead of the current one.")
    private @Nullable String versionId;

    CatCommand(CommandContext surroundings) {
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

    /**
     * Parses a range in the form of RFC 9110: {@code a-b}, both inclusive, {@code a-}, or {@code
     * -n}.
     */
    static final class RangeConverter implements ITypeConverter<ByteRange> {
        private static final Pattern RANGE = Pattern.compile("([0-9]*)-([0-9]*)");

        @Override
        public ByteRange convert(String argument) {
            Matcher range = RANGE.matcher(argument);
            if (!range.matches() || argument.length() < 2) {
                throw new TypeConversionException(
                        "'" + argument + "' is not FIRST-LAST, FIRST- or -COUNT");
            }
            String first = range.group(1);
            String last = range.group(2);
            try {
                if (first.isEmpty()) {
                    return ByteRange.suffix(Long.parseLong(last));
                }
                return last.isEmpty()
                        ? ByteRange.from(Long.parseLong(first))
                        : ByteRange.of(Long.parseLong(first), Long.parseLong(last));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + argument + "': " + e.getMessage());
            }
        }
    }
}
