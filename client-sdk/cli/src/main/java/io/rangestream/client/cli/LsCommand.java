package io.rangestream.client.cli;

import io.rangestream.client.ListEntry;
import io.rangestream.client.ListedObject;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.client.RangeStreamClientBuilder;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;

/** Lists the buckets, or the objects of a bucket. */
@CommandLine.Command(
        name = "ls",
        description = "Lists the buckets, or the objects of a bucket with a key prefix.",
        mixinStandardHelpOptions = true)
final class LsCommand extends Command {
    /** The pauses between them add up to less than a second. */
    private static final int RETRIES = 3;

    @Parameters(
            arity = "0..1",
            paramLabel = "BUCKET[/PREFIX]",
            defaultValue = "",
            description = "Default: lists the buckets.")
    private String location = "";

    @Option(
            names = {"-r", "--recursive"},
            description = "Lists all keys instead of collapsing them at the next slash.")
    private boolean recursive;

    LsCommand(CommandContext surroundings) {
        super(surroundings);
    }

    /** A wrong address is reported soon, because a user waits for a few lines. */
    @Override
    RangeStreamClientBuilder withRetries(RangeStreamClientBuilder builder) {
        return builder.retryBudget(RETRIES);
    }

    @Override
    ExitCode run(RangeStreamClient client) throws IOException {
        if (location.isEmpty()) {
            for (Iterator<String> names = client.buckets().iterator(); names.hasNext(); ) {
                String name = names.next();
                out().println(json() ? Json.bucket(name).toString() : name);
            }
            return ExitCode.OK;
        }
        int slash = location.indexOf('/');
        String bucket = slash < 0 ? location : location.substring(0, slash);
        String prefix = slash < 0 ? "" : location.substring(slash + 1);
        Stream<ListEntry> entries = client.list(bucket, prefix, recursive ? "" : "/");
        for (Iterator<ListEntry> each = entries.iterator(); each.hasNext(); ) {
            ListEntry entry = each.next();
            out().println(json() ? Json.entry(entry).toString() : line(entry));
        }
        return ExitCode.OK;
    }

    private static String line(ListEntry entry) {
        return entry.object()
                .map(LsCommand::line)
                .orElseGet(
                        () -> String.format(Locale.ROOT, "%15s  %-20s  %s", "-", "", entry.name()));
    }

    private static String line(ListedObject object) {
        return String.format(
                Locale.ROOT,
                "%15d  %-20s  %s",
                object.completeLength(),
                object.lastModified().map(Instant::toString).orElse("-"),
                object.key());
    }
}
