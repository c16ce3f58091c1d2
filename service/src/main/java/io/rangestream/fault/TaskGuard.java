package io.rangestream.fault;

/**
 * Runs tasks whose failure must not end the thread or the schedule that runs them: whatever a task
 * throws is logged, at most once a minute, and the next run takes place. A {@linkplain FatalErrors
 * fatal error} ends the process. Safe for many threads.
 */
public final class TaskGuard {
    private static final System.Logger LOGGER = System.getLogger(TaskGuard.class.getName());

    private final String name;
    private final RareWarning warning = new RareWarning(LOGGER);

    /** For tasks that are called {@code name} in the log, as in "the engine's sweep". */
    public TaskGuard(String name) {
        this.name = name;
    }

    /** Runs a task; never throws. */
    public void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** A task that runs guarded, for a scheduler that drops tasks which throw. */
    public Runnable guard(Runnable task) {
        return () -> run(task);
    }

    /** Logs what a task threw, or ends the process for it; never throws. */
    public void failed(Throwable thrown) {
        FatalErrors.check(thrown);
        try {
            warning.log(name + " failed, and goes on", thrown);
        } catch (Throwable e) {
            // A log that fails must not end the task either.
            FatalErrors.check(e);
        }
    }
}
