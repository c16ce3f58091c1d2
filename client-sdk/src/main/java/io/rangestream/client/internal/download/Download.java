package io.rangestream.client.internal.download;

import com.google.protobuf.ByteString;

import io.rangestream.client.DownloadOptions;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.internal.read.ChunkSource;
import io.rangestream.client.internal.read.ReadAhead;
import io.rangestream.client.internal.wire.ResolvedRange;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One download. Its threads take the missing parts from a queue, while the calling thread waits and
 * reports the progress. The first failure stops all parts; no thread outlives {@link #run}.
 */
public final class Download {
    private final ReadAhead.Starter starter;
    private final Consumer<ChunkSource> ender;
    private final PartialFile partial;
    private final long totalBytes;
    private final DownloadOptions options;
    private final Queue<Integer> missing;
    private final Set<ChunkSource> running = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long bytesSoFar;
    private int working;
    private @Nullable Throwable failure;
    private volatile boolean stopped;

    /**
     * Creates a download, to be run once.
     *
     * @param starter starts the read of a part
     * @param ender ends it
     * @param partial the file, owned by the caller
     * @param totalBytes the object's length in bytes
     */
    public Download(
            ReadAhead.Starter starter,
            Consumer<ChunkSource> ender,
            PartialFile partial,
            long totalBytes,
            DownloadOptions options) {
        this.starter = starter;
        this.ender = ender;
        this.partial = partial;
        this.totalBytes = totalBytes;
        this.options = options;
        this.missing = new ConcurrentLinkedQueue<>(partial.missing());
        long missingBytes = missing.stream().mapToLong(part -> partial.range(part).length()).sum();
        this.bytesSoFar = totalBytes - missingBytes;
    }

    public void run() throws IOException {
        try {
            options.progress().onProgress(bytesSoFar, totalBytes);
            fetchAll();
            partial.finish();
        } catch (Throwable failed) {
            discardUnlessResumable(failed);
            throw failed;
        }
    }

    private void fetchAll() throws IOException {
        List<Thread> threads = new ArrayList<>();
        working = Math.min(options.parts(), missing.size());
        for (int i = 0; i < working; i++) {
            Thread thread = new Thread(this::work, "rangestream-download-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        try {
            report();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while downloading");
        } finally {
            stop();
            joinAll(threads);
        }
        if (failure != null) {
            throw failure instanceof IOException e ? e : new IOException(failure);
        }
    }

    /** Calls the listener whenever more bytes were written, until all threads have ended. */
    private void report() throws InterruptedException {
        long reported = bytesSoFarNow();
        while (true) {
            boolean over;
            long now;
            lock.lockInterruptibly();
            try {
                while (bytesSoFar == reported && working > 0) {
                    changed.await();
                }
                now = bytesSoFar;
                over = working == 0;
            } finally {
                lock.unlock();
            }
            if (now != reported) {
                options.progress().onProgress(now, totalBytes);
                reported = now;
            }
            if (over) {
                return;
            }
        }
    }

    private long bytesSoFarNow() {
        lock.lock();
        try {
            return bytesSoFar;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        Throwable failed = null;
        try {
            for (Integer part = missing.poll(); part != null && !stopped; part = missing.poll()) {
                fetch(part);
            }
        } catch (Throwable e) {
            failed = e;
        }
        lock.lock();
        try {
            working--;
            if (failure == null && !stopped) {
                failure = failed;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (failed != null) {
            stop();
        }
    }

    private void fetch(int part) throws IOException {
        ResolvedRange range = partial.range(part);
        ChunkSource source = starter.start(range);
        running.add(source);
        try {
            if (stopped) {
                source.cancel();
            }
            long position = range.firstPos();
            for (Optional<ByteString> chunk = source.next();
                    chunk.isPresent();
                    chunk = source.next()) {
                partial.write(position, chunk.get());
                position += chunk.get().size();
                progressed(chunk.get().size());
            }
            partial.complete(part);
        } finally {
            running.remove(source);
            ender.accept(source);
        }
    }

    private void progressed(int bytes) {
        lock.lock();
        try {
            bytesSoFar += bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void stop() {
        stopped = true;
        running.forEach(ChunkSource::cancel);
    }

    /** Waits for the cancelled threads, also if this thread is interrupted meanwhile. */
    private static void joinAll(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void discardUnlessResumable(Throwable failed) {
        boolean useless = failed instanceof ObjectChangedException || !partial.isWorthKeeping();
        if (useless) {
            try {
                partial.discard();
            } catch (IOException e) {
                failed.addSuppressed(e);
            }
        }
    }
}
