package io.rangestream.engine.disk;

import java.io.IOException;
import java.util.List;

/** Real files with a hook before each operation, which may throw or block. */
final class HookedFiles implements DiskFiles {
    private final DiskFiles files;
    private final Hook hook;

    HookedFiles(DiskFiles files, Hook hook) {
        this.files = files;
        this.hook = hook;
    }

    enum Operation {
        CLAIM,
        LIST,
        CREATE,
        DELETE,
        CLOSE,
        WRITE,
        READ,
        CLOSE_FILE
    }

    interface Hook {
        void before(Operation operation) throws IOException;
    }

    @Override
    public void claim() throws IOException {
        hook.before(Operation.CLAIM);
        files.claim();
    }

    @Override
    public List<Found> list() throws IOException {
        hook.before(Operation.LIST);
        return files.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
        hook.before(Operation.CREATE);
        return new HookedFile(files.create(name), hook);
    }

    @Override
    public DiskFile open(String name) {
        return new HookedFile(files.open(name), hook);
    }

    @Override
    public void delete(String name) throws IOException {
        hook.before(Operation.DELETE);
        files.delete(name);
    }

    @Override
    public void close() throws IOException {
        // A failure of the hook must not leave the files open.
        try (files) {
            hook.before(Operation.CLOSE);
        }
    }

    private record HookedFile(DiskFile file, Hook hook) implements DiskFile {
        @Override
        public void write(byte[] array, int length, long position) throws IOException {
            try {
                hook.before(Operation.WRITE);
            } catch (IOException e) {
                // Like a full disk, which writes a part.
                file.write(array, length / 2, position);
                throw e;
            }
            file.write(array, length, position);
        }

        @Override
        public int read(byte[] array, int length, long position) throws IOException {
            hook.before(Operation.READ);
            return file.read(array, length, position);
        }

        @Override
        public void close() throws IOException {
            try (file) {
                hook.before(Operation.CLOSE_FILE);
            }
        }
    }
}
