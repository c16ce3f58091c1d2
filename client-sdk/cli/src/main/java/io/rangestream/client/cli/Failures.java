package io.rangestream.client.cli;

import io.rangestream.client.DataLossException;
import io.rangestream.client.DeadlineExceededException;
import io.rangestream.client.IncompleteReadException;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.PermissionDeniedException;
import io.rangestream.client.RangeNotSatisfiableException;
import io.rangestream.client.RangeStreamException;
import io.rangestream.client.TlsMismatchException;
import io.rangestream.client.UnauthenticatedException;
import io.rangestream.client.UnavailableException;

import picocli.CommandLine.PicocliException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Converts an exception into an exit code and a sentence for the terminal. */
final class Failures {
    private Failures() {}

    static ExitCode exitCode(Throwable failure) {
        if (failure instanceof UncheckedIOException wrapped) {
            return exitCode(cause(wrapped));
        }
        if (failure instanceof StandardOutput.ClosedException) {
            return ExitCode.CLOSED_PIPE;
        }
        if (failure instanceof InterruptedIOException) {
            return ExitCode.INTERRUPTED;
        }
        if (failure instanceof RangeStreamException known) {
            return exitCode(known);
        }
        return failure instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.FAILED;
    }

    private static ExitCode exitCode(RangeStreamException failure) {
        if (failure instanceof NotFoundException
                || failure instanceof RangeNotSatisfiableException) {
            return ExitCode.NOT_FOUND;
        }
        if (failure instanceof UnauthenticatedException
                || failure instanceof PermissionDeniedException) {
            return ExitCode.NOT_ALLOWED;
        }
        if (failure instanceof UnavailableException
                || failure instanceof DeadlineExceededException
                || failure instanceof IncompleteReadException
                || failure instanceof TlsMismatchException) {
            return ExitCode.UNAVAILABLE;
        }
        if (failure instanceof ObjectChangedException) {
            return ExitCode.CHANGED;
        }
        return failure instanceof DataLossException ? ExitCode.CORRUPT : ExitCode.FAILED;
    }

    /** The message of an exception on one line. */
    static String sentence(Throwable failure) {
        if (failure instanceof UncheckedIOException wrapped) {
            return sentence(cause(wrapped));
        }
        if (failure instanceof TlsMismatchException mismatch) {
            return mismatch.serverUsesTls()
                    ? "the server uses TLS; remove --plaintext, or http:// from the target"
                    : "the server answered without TLS; use --plaintext";
        }
        String message = failure.getMessage();
        if (failure instanceof AccessDeniedException denied && denied.getReason() == null) {
            message = denied.getFile() + ": permission denied";
        } else if (message == null || failure instanceof RuntimeException && !isForUser(failure)) {
            message = failure.toString();
        } else if (failure instanceof FileSystemException plain && plain.getReason() == null) {
            message = failure.getClass().getSimpleName() + ": " + message;
        }
        return message.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }

    private static boolean isForUser(Throwable failure) {
        return failure instanceof IllegalArgumentException || failure instanceof PicocliException;
    }

    private static IOException cause(UncheckedIOException wrapped) {
        IOException cause = wrapped.getCause();
        return cause == null ? new IOException(wrapped) : cause;
    }
}
