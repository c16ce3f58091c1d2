package io.rangestream.app;

import java.io.IOException;

/** One way to ask the server. */
interface Face extends AutoCloseable {
<<<<<<< HEAD
    Answer ask(Asked asked) throws Exception;
=======
    Answer ask(Asked asked) throws IOException;
>>>>>>> 76ef209d6fe7ff3e5ac933c19ea607c2f992cd82

    @Override
    void close() throws IOException;
}
