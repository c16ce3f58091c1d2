package io.rangestream.client.cli;

import io.rangestream.client.ProgressListener;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** A download's progress bar on a terminal, with rate and remaining time. For one thread. */
final class DownloadBar implements ProgressListener, AutoCloseable {
    private static final int MIB = 1024 * 1024;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int UPDATE_MILLIS = 200;

    private final String name;
    private final PrintStream err;
    private final int columns;
    private @Nullable ProgressBar bar;

    DownloadBar(String name, PrintStream err, Map<String, String> variables) {
        this.name = name;
        this.err = err;
        this.columns = columns(variables);
    }

    private static int columns(Map<String, String> variables) {
        try {
            int columns = Integer.parseInt(variables.getOrDefault("COLUMNS", ""));
            return columns > 0 ? columns : DEFAULT_COLUMNS;
        } catch (NumberFormatException e) {
            return DEFAULT_COLUMNS;
        }
    }

    @Override
    public void onProgress(long bytesSoFar, long totalBytes) {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = show(bytesSoFar, totalBytes);
            bar = shown;
        }
        shown.stepTo(bytesSoFar);
    }

    private ProgressBar show(long bytesSoFar, long totalBytes) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(totalBytes)
                // The bytes of an earlier download count neither for the rate nor for the time.
                .startsFrom(bytesSoFar, Duration.ZERO)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" MiB", MIB)
                .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new ConsoleProgressBarConsumer(err, columns))
                .build();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
