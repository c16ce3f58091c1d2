package films;

import io.rangestream.client.ByteRange;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** An application of one named module, which {@code ModulePathIT} compiles and runs. */
final class Main {
    private Main() {}

    /** Prints a line for each read. The argument is the target of the server. */
    public static void main(String[] arguments) throws IOException {
        try (RangeStreamClient client =
                        RangeStreamClient.builder(arguments[0]).plaintext().build();
                ObjectReader hello = client.open("demo", "hello.txt")) {
            System.out.println(text(hello.stream(ByteRange.of(7, 11))));
            try (InputStream members = client.read("demo", "members.gz", ByteRange.whole())) {
                System.out.println(text(new GZIPInputStream(members)));
            }
            try {
                client.stat("demo", "none");
            } catch (NotFoundException e) {
                System.out.println(e.reason().orElseThrow());
            }
        }
        System.out.println(Main.class.getModule() + ", " + RangeStreamClient.class.getModule());
    }

    private static String text(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
