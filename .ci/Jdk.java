import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Leaves a file where the JDK that was chosen is new enough, and none where it is not: what looks
 * for the file stops the build in one sentence, before a compiler says it in many.
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
