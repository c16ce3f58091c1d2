package io.rangestream.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy between a client and a server on this machine that simulates a faulty network: it
 * forwards bytes as the current {@link Toxic} specifies. Cuts happen a limited number of times.
 */
final class ToxicProxy implements AutoCloseable {
    private static final int PIECE_BYTES = 16 * 1024;

    /** The rate is limited by pauses of at least this length. */
    private static final int PAUSES_PER_SECOND = 200;

    private final int serverPort;
    private final ServerSocket listener;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final AtomicInteger poisonings = new AtomicInteger();
    private final AtomicInteger cutsLeft = new AtomicInteger();
    private volatile Toxic toxic = Toxic.NONE;

    /** Forwards bytes between clients and a server. */
    ToxicProxy(String server) throws IOException {
        this.serverPort = Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    String target() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** The number of connections so far. */
    int connections() {
        return links.size();
    }

    /** Sets the fault of current and later connections. */
    void poison(Toxic newToxic, int cuts) {
        toxic = newToxic;
        poisonings.incrementAndGet();
        cutsLeft.set(cuts);
    }

    private static void start(Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (IOException e) {
                                // One of the ends has closed it, or a cut has.
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "toxic-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** The task of a thread. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), serverPort));
            links.add(link);
            start(link::fromServer);
            start(link::toClient);
            start(link::toServer);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Link link : links) {
            link.client.close();
            link.server.close();
        }
    }

    /** Bytes in flight; empty for the end of the stream. */
    private static final class Piece {
        private final byte[] bytes;
        private final long dueNanos;

        Piece(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }

    /** A client's connection and the connection to the server. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private final BlockingQueue<Piece> onTheirWay = new LinkedBlockingQueue<>(64);
        private int counted;
        private int passed;

        Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void toServer() throws IOException {
            try {
                client.getInputStream().transferTo(server.getOutputStream());
            } finally {
                server.close();
            }
        }

        void fromServer() throws IOException, InterruptedException {
            InputStream in = server.getInputStream();
            byte[] buffer = new byte[PIECE_BYTES];
            int count = 0;
            while (count >= 0) {
                count = in.read(buffer);
                onTheirWay.put(
                        new Piece(
                                Arrays.copyOf(buffer, Math.max(0, count)),
                                System.nanoTime() + toxic.latency().toNanos()));
            }
        }

        void toClient() throws IOException, InterruptedException {
            while (true) {
                Piece piece = onTheirWay.take();
                TimeUnit.NANOSECONDS.sleep(piece.dueNanos - System.nanoTime());
                if (piece.bytes.length == 0) {
                    client.shutdownOutput();
                    return;
                }
                if (!pass(piece.bytes, client.getOutputStream())) {
                    return;
                }
            }
        }

        /** Whether more bytes follow. */
        private boolean pass(byte[] bytes, OutputStream out)
                throws IOException, InterruptedException {
            for (int at = 0; at < bytes.length; ) {
                Toxic now = toxic;
                int poisoning = poisonings.get();
                if (poisoning != counted) {
                    counted = poisoning;
                    passed = 0;
                }
                int most = bytes.length - at;
                if (now.sliceBytes() > 0) {
                    most = Math.min(most, now.sliceBytes());
                }
                if (now.bytesPerSecond() > 0) {
                    most = Math.min(most, Math.max(1, now.bytesPerSecond() / PAUSES_PER_SECOND));
                    TimeUnit.NANOSECONDS.sleep(
                            TimeUnit.SECONDS.toNanos(most) / now.bytesPerSecond());
                }
                if (now.cut() != Toxic.Cut.NONE && cutsLeft.get() > 0) {
                    most = Math.min(most, now.cutAfterBytes() - passed);
                    if (most <= 0 && cutsLeft.getAndDecrement() > 0) {
                        cut(now.cut());
                        return false;
                    }
                    most = Math.max(1, most);
                }
                out.write(bytes, at, most);
                at += most;
                passed += most;
            }
            return true;
        }

        private void cut(Toxic.Cut cut) throws IOException {
            switch (cut) {
                case RESET -> {
                    client.setSoLinger(true, 0);
                    client.close();
                    server.close();
                }
                case HALF_CLOSE -> client.shutdownOutput();
                case BLACK_HOLE, NONE -> {
                    // The fault is silence.
                }
            }
        }
    }
}
