package io.rangestream.client.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Standard output that throws when its reader has closed it. A {@link java.io.PrintStream} would
 * hide that, and a program in a pipe would continue without a reader. For one thread.
 */
final class StandardOutput extends FilterOutputStream {
    /** The reader of standard output has closed it. The command ends without a message. */
    static final class ClosedException extends IOException {
        ClosedException(IOException cause) {
            super("standard output is closed", cause);
        }
    }

    StandardOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw classified(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw classified(e);
        }
    }

    /** Writes a line in UTF-8. */
    void println(String line) throws IOException {
        write((line + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** Java has no exception type for a closed pipe, only the system's message. */
    private static IOException classified(IOException e) {
        String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean closed = words.contains("pipe") || words.contains("bad file descriptor");
        return closed
                ? new ClosedException(e)
                : new IOException("standard output: " + e.getMessage(), e);
    }
}
