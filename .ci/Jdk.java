import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a file if the JDK that runs this program is new enough, and deletes it otherwise. A later
 * step of the build requires the file and fails with one sentence, before a compiler fails with
 * many.
 */
class Jdk {
    public static void main(String[] args) throws IOException {
        int required = Integer.parseInt(args[0]);
        Path newEnough = Path.of(args[1]);
        if (Runtime.version().feature() >= required) {
            Files.createDirectories(newEnough.getParent());
            Files.writeString(newEnough, Runtime.version().toString());
        } else {
            Files.deleteIfExists(newEnough);
        }
    }
}
