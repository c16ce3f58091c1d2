package io.rangestream.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The sample of README.md: the lines between the two marks are its block of Java. */
final class ReadmeSample {
    private ReadmeSample() {}

    static void read(String target, Path copy) throws IOException {
        // sample:start
        try (RangeStreamClient client = RangeStreamClient.builder(target).plaintext().build();
                ObjectReader film = client.open("demo", "timecode.mp4")) {
            System.out.println(film.metadata().completeLength() + " bytes");
            try (InputStream part = film.stream(ByteRange.of(4_000_000, 4_999_999))) {
                byte[] million = part.readAllBytes(); // all of them, or an exception
                System.out.println(million.length + " bytes from the middle");
            }
            film.copyTo(copy); // the file is complete, or does not exist
        }
        // sample:end
    }
}
