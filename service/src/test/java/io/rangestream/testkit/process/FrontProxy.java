package io.rangestream.testkit.process;

import static org.awaitility.Awaitility.await;

import io.rangestream.testkit.ChildProcess;
import io.rangestream.testkit.TestTimeout;
import io.rangestream.testkit.tool.ExternalTool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A caching proxy in front of the server, as operators deploy it, with a port and a folder for this
 * test.
 */
public final class FrontProxy implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    private static final int STOP_GRACE_SECONDS = 5;

    private final ChildProcess child;
    private final int port;

    private FrontProxy(ChildProcess child, int port) {
        this.child = child;
        this.port = port;
    }

    /**
     * Starts an nginx that requests slices of 1 MiB and caches those that may be stored. Its
     * responses have the field X-Cache-Status.
     *
     * @param originPort the port of the server behind it
     * @param folder an empty folder
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
     * Starts a Varnish that caches whole objects in memory and passes the requests for the bucket
     * {@code big}. X-Varnish in its responses has two request ids on a hit: its own and that of the
     * request which filled the cache.
     *
     * @param originPort the port of the server behind it
     * @param folder an empty folder
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

    // As root: the workers would otherwise run as a user that can't read the folder of a test.
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

    // Varnish fetches an object whole to cache it, so an object larger than its memory is passed.
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
        /** Writes the configuration for a port, and returns the command. */
        List<String> write(int port) throws IOException;
    }

    private static FrontProxy start(Setting setting) {
        for (int attempt = 1; ; attempt++) {
            FrontProxy proxy = launch(setting);
            try {
                await().atMost(TestTimeout.LONG)
                        .until(() -> !proxy.child.process().isAlive() || proxy.listens());
            } catch (RuntimeException e) {
                proxy.close();
                throw e;
            }
            if (proxy.child.process().isAlive()) {
                return proxy;
            }
            // The port may have been taken since it was found free.
            proxy.close();
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("the proxy does not start: see target/testkit");
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

    /** The port on loopback. */
    public int port() {
        return port;
    }

    // After SIGTERM the master process ends its workers; after SIGKILL a worker might outlive it.
    @Override
    public void close() {
        child.process().destroy();
        try {
            child.process().waitFor(STOP_GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        child.close();
    }
}
