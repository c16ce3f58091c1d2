package io.rangestream.launcher;

/**
 * The main class of the jar. It is compiled for Java 8, so that an older {@code java} prints one
 * sentence instead of failing with UnsupportedClassVersionError.
 */
public final class Launcher {
    private static final int REQUIRED = 25;

    private Launcher() {}

    /** Checks the version of Java, then runs {@code io.rangestream.app.Main}. */
    public static void main(String[] args) throws Throwable {
        String version = System.getProperty("java.specification.version");
        int major = Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
        if (major < REQUIRED) {
            System.err.println(
                    "rangestream needs Java "
                            + REQUIRED
                            + " or later, and this is Java "
                            + version
                            + " ("
                            + System.getProperty("java.home")
                            + ").");
            System.exit(2);
        }
        try {
            Class.forName("io.rangestream.app.Main")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) args);
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
