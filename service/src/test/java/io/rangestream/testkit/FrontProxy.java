package io.rangestream.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A caching proxy as people put it in front, on a port and with a folder of its own. */
public final class FrontProxy implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int END_SECONDS = 5;

    private final ChildProcess child;
    private final int port;

    private FrontProxy(ChildProcess child, int port) {
        this.child = child;
        this.port = port;
    }

    /**
     * Starts an nginx that asks for slices of 1 MiB and keeps those that may be kept. Its answers
     * say so in X-Cache-Status.
     *
     * @param originPort of what it stands in front of
     * @param folder an empty one
     */
    public static FrontProxy nginx(int originPort, Path folder) {
        String program = ExternalTool.NGINX.require().toString();
        return start(
                port -> {
                    Files.writeString(folder.resolve("nginx.conf"), nginxConf(port, originPort));
                    return List.of(program, "-p", folder.toString(), "-c", "nginx.conf");
                });
    }

    /**
     * Starts a Varnish that keeps objects whole in memory; those of the bucket {@code big} it only
     * passes. Its answers name two requests in X-Varnish where the first had brought it.
     *
     * @param originPort of what it stands in front of
     * @param folder an empty one
     */
    public static FrontProxy varnish(int originPort, Path folder) {
        String program = ExternalTool.VARNISHD.require().toString();
        return start(
                port -> {
                    Path vcl = folder.resolve("front.vcl");
                    Files.writeString(vcl, varnishVcl(originPort));
                    return List.of(
                            program,
                            "-F",
                            "-j",
                            "none",
                            "-T",
                            "none",
                            "-n",
                            folder.resolve("state").toString(),
                            "-a",
                            "127.0.0.1:" + port,
                            "-f",
                            vcl.toString(),
                            "-s",
                            "malloc,64M");
                });
    }

    // Workers of a root's nginx would else be somebody who can't read a test's folder.
    private static String nginxConf(int port, int originPort) {
        return """
        user root;
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log error.log warn;
        events {}
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            proxy_cache_path cache keys_zone=films:1m;
            server {
                listen 127.0.0.1:%s;
                location / {
                    slice 1m;
                    proxy_pass http://127.0.0.1:%s;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Range $slice_range;
                    proxy_cache films;
                    proxy_cache_key $uri$slice_range;
                    proxy_cache_valid 200 206 1h;
                    add_header X-Cache-Status $upstream_cache_status always;
                }
            }
        }
        """
                .formatted(port, originPort);
    }

    // What it keeps it fetches whole: not what is larger than its memory.
    private static String varnishVcl(int originPort) {
        return """
        vcl 4.1;
        backend rangestream {
            .host = "127.0.0.1";
            .port = "%s";
        }
        sub vcl_recv {
            if (req.url ~ "^/objects/big/") {
                return (pass);
            }
        }
        """
                .formatted(originPort);
    }

    private interface Setting {
        /** Writes the configuration for a port, and says what to run. */
        List<String> write(int port) throws IOException;
    }

    private static FrontProxy start(Setting setting) {
        for (int attempt = 1; ; attempt++) {
            FrontProxy proxy = launch(setting);
            try {
                await().atMost(PATIENCE)
                        .until(() -> !proxy.child.process().isAlive() || proxy.listens());
            } catch (RuntimeException e) {
                proxy.close();
                throw e;
            }
            if (proxy.child.process().isAlive()) {
                return proxy;
            }
            // A port that was free a moment ago may be taken since.
            proxy.close();
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("does not start: see target/testkit");
            }
        }
    }

    private static FrontProxy launch(Setting setting) {
        try {
            int port = LoopbackPort.free();
            ProcessBuilder builder =
                    new ProcessBuilder(setting.write(port))
                            .redirectErrorStream(true)
                            .redirectOutput(ChildProcess.logFile("front-" + port).toFile());
            return new FrontProxy(ChildProcess.start(builder), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it listens, on loopback. */
    public int port() {
        return port;
    }

    // Asked to end it ends its workers; killed, it could have started another meanwhile.
    @Override
    public void close() {
        child.process().destroy();
        try {
            child.process().waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        child.close();
    }
}
