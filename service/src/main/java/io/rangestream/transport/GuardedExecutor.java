package io.rangestream.transport;

import io.rangestream.fault.FatalErrors;
import io.rangestream.transport.accept.AcceptedConnection;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Helidon's executor, as one connection has it: the connection is busy while a task runs, which is
 * a stream of HTTP/2, and what a task throws is looked at before Helidon's future hides it. Its
 * life is that of Helidon's: it is never shut down here.
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
        boolean taken = false;
        try {
            delegate.execute(() -> run(task));
            taken = true;
        } finally {
            if (!taken) {
                connection.end();
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } finally {
            try {
                if (Peer.CURRENT.get() instanceof Http2Stream stream) {
                    stream.threadEnds();
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
        throw new UnsupportedOperationException("it is Helidon's");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("it is Helidon's");
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
