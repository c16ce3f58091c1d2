package io.rangestream.transport.helidon;

import io.rangestream.fault.FatalErrors;
import io.rangestream.transport.ResponseConnection;
import io.rangestream.transport.accept.AcceptedConnection;
import io.rangestream.transport.http2.Http2Stream;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The executor that one connection runs its HTTP/2 streams in, one task for each stream. The
 * connection counts as busy while a task runs, and a fatal error of a task ends the process. Wraps
 * the executor of Helidon's listener, which owns it: this class never shuts it down.
 *
 * <p>Workaround for Helidon 4.5.0: an exception of a stream's task is kept in a future that is
 * never read (not reported).
 */
final class GuardedExecutor extends AbstractExecutorService {
    private final ExecutorService delegate;
    private final AcceptedConnection connection;

    GuardedExecutor(ExecutorService delegate, AcceptedConnection connection) {
        this.delegate = delegate;
        this.connection = connection;
    }

    @Override
    public void execute(Runnable task) {
        connection.begin();
        boolean accepted = false;
        try {
            delegate.execute(() -> run(task));
            accepted = true;
        } finally {
            if (!accepted) {
                connection.end();
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } finally {
            try {
                if (ResponseConnection.CURRENT.get() instanceof Http2Stream stream) {
                    stream.thread().ends();
                }
            } finally {
                connection.end();
            }
        }
    }

    @Override
    public Future<?> submit(Runnable task) {
        return super.submit(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        FatalErrors.check(e);
                        throw e;
                    }
                });
    }

    @Override
    public <T> Future<T> submit(Callable<T> task) {
        return super.submit(
                () -> {
                    try {
                        return task.call();
                    } catch (Throwable e) {
                        FatalErrors.check(e);
                        throw e;
                    }
                });
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("Helidon owns this executor");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("Helidon owns this executor");
    }

    @Override
    public boolean isShutdown() {
        return delegate.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return delegate.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return delegate.awaitTermination(timeout, unit);
    }
}
